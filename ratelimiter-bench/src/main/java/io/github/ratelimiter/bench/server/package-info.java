/** The Redis that benchmarks run on, and what it did. */
@NullMarked
package io.github.ratelimiter.bench.server;

import org.jspecify.annotations.NullMarked;
