/**
 * Rate limits for keys: how many permits a caller may take per period.
 *
 * <p>A {@link io.github.ratelimiter.Policy Policy} has one or more {@link
 * io.github.ratelimiter.Limit limits}. A {@link io.github.ratelimiter.store.StateStore StateStore}
 * keeps the usage of each key. A {@link io.github.ratelimiter.RateLimiter RateLimiter} applies a
 * policy to the state in a store and returns a {@link io.github.ratelimiter.Decision Decision}.
 */
@CheckReturnValue
@NullMarked
package io.github.ratelimiter;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
