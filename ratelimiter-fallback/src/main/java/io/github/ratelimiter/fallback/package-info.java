/** Decides while a store does not answer, and charges the store afterwards. */
@NullMarked
package io.github.ratelimiter.fallback;

import org.jspecify.annotations.NullMarked;
