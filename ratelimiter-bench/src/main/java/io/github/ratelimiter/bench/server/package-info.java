/** The Redis server of a benchmark, and its counters. */
@NullMarked
package io.github.ratelimiter.bench.server;

import org.jspecify.annotations.NullMarked;
