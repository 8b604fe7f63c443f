/** Meters of a limiter and of its store, in a Micrometer registry. */
@NullMarked
package io.github.ratelimiter.micrometer;

import org.jspecify.annotations.NullMarked;
