package io.github.ratelimiter.fallback;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.StateStoreSpec;

/** While the store answers, a fallback around it is the store. */
class FallbackSpecTest extends StateStoreSpec {
  @Override
  protected StateStore open(ManualTimeSource clock) {
    return Fallback.around(LocalStateStore.builder().timeSource(clock).build())
        .timeSource(clock)
        .build();
  }
}
