package io.github.ratelimiter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.fleet.EveryInterval;
import io.github.ratelimiter.testkit.fleet.FleetSimulation;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every interval of the merged log of all instances, checked exactly. */
class NeverAboveTheLimitTest {
  private static final int RUNS = Integer.getInteger("leases.runs", 8);
  private static final AtomicLong HITS = new AtomicLong();

  @AfterAll
  static void leasesWereSpent() {
    assertThat(HITS).hasPositiveValue();
  }

  @ParameterizedTest
  @CsvSource({
    "1000/s, 1000",
    "1000/s burst 200, 1000",
    "600/min burst 30, 10",
    "leaky-bucket 500/s burst 400, 500",
    "sliding-log 1000/s, 1000",
    "sliding-log 300/100ms, 3000",
    "fixed-window 1000/s, 1000",
    "fixed-window 2000/day in -00:00:01, 2000",
    "fixed-window 5000/day in -00:00:02, 2500",
    "800/s; fixed-window 1000/month in -00:00:01, 1000",
    "sliding-window 1000/s, 1000",
    "800/s burst 300; fixed-window 500/s, 500"
  })
  @DisplayName("no interval sees more than the plain store could have admitted in it")
  void everyInterval(String text, long perSecond) {
    Policy policy = Policy.parse("test", text);
    for (int run = 0; run < RUNS; run++) {
      FleetSimulation fleet = simulate(policy, perSecond, run);
      assertThat(fleet.calls()).isPositive();
      HITS.addAndGet(fleet.hits());
      EveryInterval.stayedBelow(policy, fleet.log(), "run " + run);
    }
  }

  private static FleetSimulation simulate(Policy policy, long perSecond, long seed) {
    Random random = new Random(seed);
    int instances = 1 + random.nextInt(5);
    int delay = List.of(0, 300, 5_000, 150_000).get(random.nextInt(4));
    Duration lease = Duration.ofMillis(10 + random.nextInt(190));
    ManualTimeSource clock = ManualTimeSource.create();
    FleetSimulation fleet =
        new FleetSimulation(
            seed,
            clock,
            LocalStateStore.builder().timeSource(clock).build(),
            instances,
            delay,
            store -> AdmissionCache.around(store).timeSource(clock).lease(lease).build());
    int most = 1 + random.nextInt(3);
    for (int phase = 0; phase < 4; phase++) {
      double demand = perSecond * List.of(0.3, 0.9, 1.2, 8.0).get(random.nextInt(4));
      fleet.run(policy, demand, most, Duration.ofMillis(200 + random.nextInt(1_000)));
    }
    return fleet;
  }
}
