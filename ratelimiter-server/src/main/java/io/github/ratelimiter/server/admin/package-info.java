/** Administration of rules, whatever the protocol. */
@NullMarked
package io.github.ratelimiter.server.admin;

import org.jspecify.annotations.NullMarked;
