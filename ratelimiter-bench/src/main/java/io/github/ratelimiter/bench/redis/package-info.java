/** Measures limiters that share Redis. */
@NullMarked
package io.github.ratelimiter.bench.redis;

import org.jspecify.annotations.NullMarked;
