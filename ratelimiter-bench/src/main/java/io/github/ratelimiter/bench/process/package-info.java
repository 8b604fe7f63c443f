/** Other processes of this program. */
@NullMarked
package io.github.ratelimiter.bench.process;

import org.jspecify.annotations.NullMarked;
