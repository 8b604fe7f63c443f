/** Limits kept in Redis, shared by every process that uses the same keys. */
@NullMarked
package io.github.ratelimiter.redis;

import org.jspecify.annotations.NullMarked;
