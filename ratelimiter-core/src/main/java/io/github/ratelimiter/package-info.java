/**
 * Rate limits for keys: how many permits a caller may take in a time.
 *
 * <p>A {@link io.github.ratelimiter.Policy Policy} is one or more {@link
 * io.github.ratelimiter.Limit limits}; a {@link io.github.ratelimiter.store.StateStore StateStore}
 * keeps what every key has used; a {@link io.github.ratelimiter.RateLimiter RateLimiter} binds the
 * two and answers with a {@link io.github.ratelimiter.Decision Decision}.
 */
@CheckReturnValue
@NullMarked
package io.github.ratelimiter;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
