/** Puts the load of a fleet on Redis, through admission caches or without. */
@NullMarked
package io.github.ratelimiter.bench.load;

import org.jspecify.annotations.NullMarked;
