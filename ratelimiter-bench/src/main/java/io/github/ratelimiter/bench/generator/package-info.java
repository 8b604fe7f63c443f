/** The load generator of the Redis benchmarks. */
@NullMarked
package io.github.ratelimiter.bench.generator;

import org.jspecify.annotations.NullMarked;
