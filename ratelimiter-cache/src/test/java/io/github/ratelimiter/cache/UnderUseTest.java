package io.github.ratelimiter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.fleet.FleetSimulation;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnderUseTest {
  @ParameterizedTest
  @CsvSource({
    "10000/s, 1, 0.1",
    "10000/s, 1, 1",
    "10000/s, 1, 10",
    "10000/s, 10, 0.1",
    "10000/s, 10, 1",
    "10000/s, 10, 10",
    "fixed-window 10000/s, 10, 1",
    "fixed-window 10000/s, 10, 10",
    "sliding-log 10000/s, 10, 1",
    "sliding-window 10000/s, 10, 1"
  })
  @DisplayName("under steady load, less than 1 % of the limit stays unused")
  void underUse(String text, int instances, double load) {
    Policy policy = Policy.parse("test", text);
    FleetSimulation cached = run(policy, instances, load, true);
    FleetSimulation plain = run(policy, instances, load, false);
    double unused = (plain.admitted() - cached.admitted()) / 10_000.0;
    assertThat(unused).isLessThan(0.01);
  }

  private static FleetSimulation run(Policy policy, int instances, double load, boolean cached) {
    ManualTimeSource clock = ManualTimeSource.create();
    FleetSimulation fleet =
        new FleetSimulation(
            42,
            clock,
            LocalStateStore.builder().timeSource(clock).build(),
            instances,
            200,
            store -> cached ? AdmissionCache.around(store).timeSource(clock).build() : store);
    // A full bucket's burst, and what the first leases keep from refilling, is no steady load.
    fleet.run(policy, 10_000 * load, 1, Duration.ofMillis(1_200));
    fleet.forgetCounts();
    fleet.run(policy, 10_000 * load, 1, Duration.ofSeconds(1));
    return fleet;
  }
}
