/**
 * The store interface and the decision over all limits of a policy: what a {@link
 * io.github.ratelimiter.store.StateStore} does to the state of a key.
 *
 * <p>For authors of stores. Applications do not need this package.
 */
@NullMarked
package io.github.ratelimiter.store;

import org.jspecify.annotations.NullMarked;
