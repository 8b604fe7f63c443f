/** Access to the package of the Redis store, for the simulation only. */
@NullMarked
package io.github.ratelimiter.redis;

import org.jspecify.annotations.NullMarked;
