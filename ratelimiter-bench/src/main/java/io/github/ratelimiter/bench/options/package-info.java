/** Options that several commands have. */
@NullMarked
package io.github.ratelimiter.bench.options;

import org.jspecify.annotations.NullMarked;
