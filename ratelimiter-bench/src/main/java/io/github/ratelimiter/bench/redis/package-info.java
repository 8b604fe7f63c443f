/** Benchmarks of limiters with their state in Redis. */
@NullMarked
package io.github.ratelimiter.bench.redis;

import org.jspecify.annotations.NullMarked;
