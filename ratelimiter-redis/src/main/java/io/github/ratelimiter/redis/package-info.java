/** Limits kept in Redis, shared by all processes that use the same keys. */
@NullMarked
package io.github.ratelimiter.redis;

import org.jspecify.annotations.NullMarked;
