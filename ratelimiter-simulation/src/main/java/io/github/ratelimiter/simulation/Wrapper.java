package io.github.ratelimiter.simulation;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.StateStore;

/**
 * Wraps the store that an instance sees, for example with a broken store that the checks must
 * detect.
 */
interface Wrapper {
  Wrapper NONE = (store, time) -> store;

  StateStore wrap(StateStore store, TimeSource time);
}
