/** Benchmarks of in-process limiters: this library, other libraries, and lower bounds. */
@NullMarked
package io.github.ratelimiter.bench.inprocess;

import org.jspecify.annotations.NullMarked;
