/** A fleet of instances on a Redis cluster, under load and under faults. */
@NullMarked
package io.github.ratelimiter.bench.fleet;

import org.jspecify.annotations.NullMarked;
