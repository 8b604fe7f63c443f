/** The measured limiters, behind the interfaces that the benchmarks call. */
@NullMarked
package io.github.ratelimiter.bench.limiter;

import org.jspecify.annotations.NullMarked;
