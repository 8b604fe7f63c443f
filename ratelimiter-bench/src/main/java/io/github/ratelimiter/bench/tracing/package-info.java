/** What tracing costs. */
@NullMarked
package io.github.ratelimiter.bench.tracing;

import org.jspecify.annotations.NullMarked;
