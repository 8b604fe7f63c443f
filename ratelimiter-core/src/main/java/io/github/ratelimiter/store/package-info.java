/**
 * One decision over all limits of a policy: what a {@link io.github.ratelimiter.store.StateStore}
 * does to the state of a key.
 *
 * <p>Applications never need this package; authors of stores do.
 */
@NullMarked
package io.github.ratelimiter.store;

import org.jspecify.annotations.NullMarked;
