package io.github.ratelimiter.simulation;

import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.TimeSource;

/** Puts a store around the one that an instance sees: a broken one, to see that it is found. */
interface Wrapper {
  Wrapper NONE = (store, time) -> store;

  StateStore wrap(StateStore store, TimeSource time);
}
