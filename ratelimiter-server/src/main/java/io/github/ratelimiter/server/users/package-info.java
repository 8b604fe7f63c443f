/** The users that the service knows: their tiers, and limits of their own. */
@NullMarked
package io.github.ratelimiter.server.users;

import org.jspecify.annotations.NullMarked;
