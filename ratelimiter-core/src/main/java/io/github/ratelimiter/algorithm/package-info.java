/**
 * The arithmetic of the five algorithms, in integers below 2<sup>53</sup>.
 *
 * <p>An {@link io.github.ratelimiter.algorithm.Algorithm Algorithm} is the compiled form of one
 * limit: its rate as a reduced fraction, and its capacity. A {@link
 * io.github.ratelimiter.algorithm.LimitState LimitState} is the state of that limit for one key.
 * Both are pure: time is an argument, in microseconds since the Unix epoch. Nothing here reads a
 * clock, takes a lock or knows a key. For authors of a {@link
 * io.github.ratelimiter.store.StateStore}; applications do not need this package.
 */
@NullMarked
package io.github.ratelimiter.algorithm;

import org.jspecify.annotations.NullMarked;
