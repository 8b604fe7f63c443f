/** Measures the limiters of this project and those of others under the same load. */
@NullMarked
package io.github.ratelimiter.bench;

import org.jspecify.annotations.NullMarked;
