package io.github.ratelimiter.testkit;

import io.github.ratelimiter.store.StateStore;

/** The store from which the broken ones are made is a correct one. */
class MapStoreSpecTest extends StateStoreSpec {
  @Override
  protected StateStore open(ManualTimeSource clock) {
    return new MapStore(clock);
  }
}
