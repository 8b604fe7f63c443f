/**
 * The arithmetic of the five algorithms, in integers below 2<sup>53</sup>.
 *
 * <p>An {@link io.github.ratelimiter.algorithm.Algorithm Algorithm} is one limit, compiled: its
 * rate as a reduced fraction and its capacity. A {@link io.github.ratelimiter.algorithm.LimitState
 * LimitState} is what that limit remembers of one key. Both are pure: time is an argument, in
 * microseconds since the Unix epoch, and nothing here reads a clock, takes a lock or knows a key.
 * Applications never need this package; authors of a {@link io.github.ratelimiter.store.StateStore}
 * do.
 */
@NullMarked
package io.github.ratelimiter.algorithm;

import org.jspecify.annotations.NullMarked;
