/** Measures Redis under the load of a fleet, with or without admission caches. */
@NullMarked
package io.github.ratelimiter.bench.load;

import org.jspecify.annotations.NullMarked;
