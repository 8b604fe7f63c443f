/** What decides while a store does not answer, and how the store hears of it afterwards. */
@NullMarked
package io.github.ratelimiter.fallback;

import org.jspecify.annotations.NullMarked;
