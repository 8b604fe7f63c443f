/** A way into the Redis store's package, for the simulation alone. */
@NullMarked
package io.github.ratelimiter.redis;

import org.jspecify.annotations.NullMarked;
