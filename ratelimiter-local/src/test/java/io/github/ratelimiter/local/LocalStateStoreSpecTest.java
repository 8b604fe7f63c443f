package io.github.ratelimiter.local;

import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.StateStoreSpec;

class LocalStateStoreSpecTest extends StateStoreSpec {
  @Override
  protected StateStore open(ManualTimeSource clock) {
    return LocalStateStore.builder().timeSource(clock).build();
  }
}
