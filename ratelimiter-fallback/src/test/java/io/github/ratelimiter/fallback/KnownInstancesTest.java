package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Among which instances a limit is divided, whatever the store lists at the moment. */
class KnownInstancesTest {
  private static final Policy POLICY = Policy.parse("test", "103/min burst 17");

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final KnownInstances instances = instances(List.of("a", "b", "c", "d"));

  private KnownInstances instances(List<String> listed) {
    list(listed);
    return new KnownInstances(store, clock);
  }

  private void list(List<String> names) {
    store.fleet = Optional.of(new Fleet("a", names));
  }

  /** The store decides something every 100 ms. */
  private void decides(Duration time) {
    for (long millis = 0; millis < time.toMillis(); millis += 100) {
      instances.storeDecided(clock.nowMicros());
      clock.advance(Duration.ofMillis(100));
    }
    instances.storeDecided(clock.nowMicros());
  }

  private List<String> kept() {
    return instances.current().instances();
  }

  @Test
  @DisplayName("a server that is back empty lists few: all are kept until they are listed again")
  void backEmpty() {
    instances.storeDidNotDecide();
    list(List.of("a"));
    assertThat(kept()).containsExactly("a", "b", "c", "d");
    instances.storeDidNotDecide();
    decides(Duration.ofSeconds(1));
    list(List.of("a", "b", "c", "d"));
    decides(Duration.ofSeconds(10));
    assertThat(kept()).containsExactly("a", "b", "c", "d");
  }

  @Test
  @DisplayName("a flush that no call has noticed removes no instance")
  void flush() {
    decides(Duration.ofSeconds(60));
    list(List.of("a"));
    decides(Duration.ofSeconds(1));
    assertThat(kept()).containsExactly("a", "b", "c", "d");
  }

  @Test
  @DisplayName("an instance that ends is dropped when the store has decided everything for 5 s")
  void ended() {
    instances.storeDidNotDecide();
    list(List.of("a", "b", "c"));
    clock.advance(Duration.ofMinutes(1));
    assertThat(kept()).as("however long the outage is").contains("d");
    instances.storeDidNotDecide();
    decides(Duration.ofMillis(4_900));
    assertThat(kept()).contains("d");
    decides(Duration.ofMillis(100));
    assertThat(kept()).containsExactly("a", "b", "c");
  }

  @Test
  @DisplayName("a failure in between begins the five seconds again")
  void failures() {
    list(List.of("a", "b", "c"));
    decides(Duration.ofMillis(4_900));
    instances.storeDidNotDecide();
    decides(Duration.ofMillis(4_900));
    assertThat(kept()).contains("d");
    decides(Duration.ofMillis(100));
    assertThat(kept()).doesNotContain("d");
  }

  @Test
  @DisplayName("new instances count at once, during an outage too")
  void grows() {
    instances.storeDidNotDecide();
    list(List.of("a", "e"));
    assertThat(kept()).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  @DisplayName("after an idle time, the five seconds start when the change is noticed")
  void idle() {
    clock.advance(Duration.ofHours(1));
    list(List.of("a"));
    instances.storeDecided(clock.nowMicros());
    assertThat(kept()).containsExactly("a", "b", "c", "d");
  }

  @Test
  @DisplayName("a clock that is set back delays nothing by more than the five seconds")
  void clockSetBack() {
    instances.storeDidNotDecide();
    list(List.of("a"));
    decides(Duration.ofSeconds(1));
    clock.set(clock.nowMicros() - Duration.ofHours(1).toNanos() / 1_000);
    decides(Duration.ofSeconds(5));
    assertThat(kept()).containsExactly("a");
  }

  @Test
  @DisplayName("instances that know of different others have no more than the limit together")
  void supersets() {
    Random random = new Random(1);
    for (int run = 0; run < 2_000; run++) {
      List<String> deciding = names("alive", 1 + random.nextInt(6));
      String key = "k" + run;
      long rate = 0;
      long burst = 0;
      for (String self : deciding) {
        List<String> known = new ArrayList<>(deciding);
        known.addAll(names("dead" + random.nextInt(3), random.nextInt(5)));
        store.fleet = Optional.of(new Fleet(self, known));
        Policy share = new Shares(null, store, 1, clock).of(POLICY, key);
        rate += share.limits().get(0).permits();
        burst += share.limits().get(0).capacity();
      }
      assertThat(rate).isLessThanOrEqualTo(103);
      assertThat(burst).isLessThanOrEqualTo(17);
    }
  }

  private static List<String> names(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + " " + i);
    }
    return names;
  }
}
