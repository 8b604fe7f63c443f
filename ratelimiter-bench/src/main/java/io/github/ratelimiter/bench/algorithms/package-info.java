/** Compares the five algorithms: accuracy, server time and memory. */
@NullMarked
package io.github.ratelimiter.bench.algorithms;

import org.jspecify.annotations.NullMarked;
