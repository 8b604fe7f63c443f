/** The scripts on the server, and what is sent to them and comes back. */
@NullMarked
package io.github.ratelimiter.redis.script;

import org.jspecify.annotations.NullMarked;
