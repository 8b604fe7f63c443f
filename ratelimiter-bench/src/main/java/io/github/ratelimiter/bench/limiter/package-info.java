/** The limiters that are measured, as the benchmarks call them. */
@NullMarked
package io.github.ratelimiter.bench.limiter;

import org.jspecify.annotations.NullMarked;
