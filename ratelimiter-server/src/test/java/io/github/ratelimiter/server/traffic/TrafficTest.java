package io.github.ratelimiter.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The counts of the last minute")
class TrafficTest {
  private static final long SECOND = 1_000_000;
  private static final Rule EVERYBODY =
      Rule.of("everybody", "1/h", new KeyPart(KeyPart.Kind.GLOBAL));
  private static final Rule OTHER = Rule.of("other", "5/h", new KeyPart(KeyPart.Kind.GLOBAL));

  private final AtomicLong now = new AtomicLong(1_800_000_000 * SECOND);
  private final LocalStateStore store = LocalStateStore.builder().timeSource(now::get).build();
  private final Rules rules = Rules.builder(store).rules(RuleSet.of(EVERYBODY)).build();
  private final Traffic traffic = Traffic.of(rules, now::get);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  @DisplayName("leave out what was 60 seconds ago")
  void window() {
    MinuteCount count = new MinuteCount();
    count.add(true, now.get());
    now.addAndGet(30 * SECOND);
    count.add(false, now.get());
    assertThat(count.read("r", now.get())).isEqualTo(new RuleTraffic("r", 1, 1));
    now.addAndGet(29 * SECOND);
    assertThat(count.read("r", now.get())).isEqualTo(new RuleTraffic("r", 1, 1));
    now.addAndGet(SECOND);
    assertThat(count.read("r", now.get())).isEqualTo(new RuleTraffic("r", 0, 1));
    count.add(true, now.get());
    now.addAndGet(30 * SECOND);
    assertThat(count.read("r", now.get())).isEqualTo(new RuleTraffic("r", 1, 0));
  }

  @Test
  @DisplayName("go on after the clock went back")
  void backwards() {
    MinuteCount count = new MinuteCount();
    count.add(true, now.get());
    now.addAndGet(-3600 * SECOND);
    assertThat(count.read("r", now.get())).isEqualTo(new RuleTraffic("r", 0, 0));
    count.add(true, now.get());
    assertThat(count.read("r", now.get())).isEqualTo(new RuleTraffic("r", 1, 0));
  }

  @Test
  @DisplayName("are those of the rules in force")
  void changed() {
    assertThat(traffic.lastMinute()).containsExactly(new RuleTraffic("everybody", 0, 0));
    rules.replace(RuleSet.of(OTHER), "test");
    assertThat(traffic.lastMinute()).containsExactly(new RuleTraffic("other", 0, 0));
  }
}
