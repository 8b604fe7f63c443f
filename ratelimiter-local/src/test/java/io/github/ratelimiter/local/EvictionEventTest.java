package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EvictionEventTest {
  @Test
  @DisplayName("each eviction is an event, with the key that was dropped, and is counted")
  void evictions() {
    Policy policy = Policy.parse("login", "5/h");
    List<StoreEvent> events = new ArrayList<>();
    LocalStateStore store =
        LocalStateStore.builder().maximumKeys(10).timeSource(ManualTimeSource.create()).build();
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(store).storeListener(events::add).build();
    for (int i = 0; i < 30; i++) {
      limiter.tryAcquire("key" + i);
    }
    assertThat(store.evictions()).isEqualTo(20);
    assertThat(events)
        .hasSize(20)
        .doesNotHaveDuplicates()
        .allSatisfy(
            event -> {
              StoreEvent.KeyEvicted evicted = (StoreEvent.KeyEvicted) event;
              assertThat(evicted.policy()).isEqualTo(policy);
              assertThat(evicted.key()).startsWith("key");
            });
    assertThat(store.meters())
        .extracting(meter -> meter.name() + " " + (long) meter.value().getAsDouble())
        .containsExactly("local.keys 10", "local.keys.max 10", "local.evictions 20");
    limiter.close();
    limiter.tryAcquire("another");
    assertThat(events).hasSize(20);
  }
}
