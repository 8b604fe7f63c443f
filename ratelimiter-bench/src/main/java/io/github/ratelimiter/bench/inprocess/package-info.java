/** Measures keyed decisions in one process: this project's, its peers' and the floor under both. */
@NullMarked
package io.github.ratelimiter.bench.inprocess;

import org.jspecify.annotations.NullMarked;
