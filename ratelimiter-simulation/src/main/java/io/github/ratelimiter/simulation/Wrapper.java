package io.github.ratelimiter.simulation;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.StateStore;

/** Puts a store around the one that an instance sees: a broken one, to see that it is found. */
interface Wrapper {
  Wrapper NONE = (store, time) -> store;

  StateStore wrap(StateStore store, TimeSource time);
}
