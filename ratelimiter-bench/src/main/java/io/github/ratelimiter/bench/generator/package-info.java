/** The load generator. */
@NullMarked
package io.github.ratelimiter.bench.generator;

import org.jspecify.annotations.NullMarked;
