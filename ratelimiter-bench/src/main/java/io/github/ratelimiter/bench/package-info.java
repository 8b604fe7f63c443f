/** Benchmarks of this library and of other rate limiters under the same load. */
@NullMarked
package io.github.ratelimiter.bench;

import org.jspecify.annotations.NullMarked;
