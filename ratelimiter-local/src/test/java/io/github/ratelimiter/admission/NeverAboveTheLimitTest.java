package io.github.ratelimiter.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.admission.FleetSimulation.Admitted;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "1000/s, 1000, 1000",
    "1000/s burst 200, 200, 1000",
    "600/min burst 30, 30, 10",
    "leaky-bucket 500/s burst 400, 400, 500"
  })
  @DisplayName("a bucket: burst and what flows back, in any interval")
  void buckets(String text, long burst, long perSecond) {
    Policy policy = Policy.parse(text);
    for (int run = 0; run < RUNS; run++) {
      List<Admitted> log = simulate(policy, perSecond, run);
      // sum(i..j) <= burst + floor((tj - ti) * rate), times a million, for all i <= j at once.
      long sum = 0;
      long least = Long.MAX_VALUE;
      for (Admitted admitted : log) {
        long refilled = admitted.at() * perSecond;
        least = Math.min(least, sum * 1_000_000 - refilled);
        sum += admitted.permits();
        assertThat(sum * 1_000_000 - refilled - least)
            .as("%s, run %s, until %s", text, run, admitted)
            .isLessThanOrEqualTo(burst * 1_000_000);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sliding-log 1000/s, 1000, 1000000", "sliding-log 300/100ms, 300, 100000"})
  @DisplayName("a log: the limit in any interval of a period")
  void logs(String text, long limit, long period) {
    Policy policy = Policy.parse(text);
    for (int run = 0; run < RUNS; run++) {
      List<Admitted> log = simulate(policy, limit * 1_000_000 / period, run);
      long sum = 0;
      int first = 0;
      for (Admitted admitted : log) {
        sum += admitted.permits();
        while (log.get(first).at() <= admitted.at() - period) {
          sum -= log.get(first++).permits();
        }
        assertThat(sum).as("%s, run %s, until %s", text, run, admitted).isLessThanOrEqualTo(limit);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 1000/s", "sliding-window 1000/s"})
  @DisplayName(
      "a window: the limit in each, and for a sliding one the weighted limit at each grant")
  void windows(String text) {
    Policy policy = Policy.parse(text);
    boolean sliding = text.startsWith("sliding");
    for (int run = 0; run < RUNS; run++) {
      long window = 0;
      long previous = 0;
      long current = 0;
      for (Admitted admitted : simulate(policy, 1_000, run)) {
        long now = admitted.at() / 1_000_000;
        if (now != window) {
          previous = now == window + 1 ? current : 0;
          current = 0;
          window = now;
        }
        current += admitted.permits();
        long elapsed = admitted.at() % 1_000_000;
        long weighed = (sliding ? previous * (1_000_000 - elapsed) : 0) + current * 1_000_000;
        assertThat(weighed).as("%s, run %s", text, run).isLessThanOrEqualTo(1_000L * 1_000_000);
      }
    }
  }

  private static List<Admitted> simulate(Policy policy, long perSecond, long seed) {
    Random random = new Random(seed);
    int instances = 1 + random.nextInt(5);
    int delay = List.of(0, 300, 5_000, 150_000).get(random.nextInt(4));
    Duration lease = Duration.ofMillis(10 + random.nextInt(190));
    FleetSimulation fleet = new FleetSimulation(seed, instances, delay, lease, false);
    int most = 1 + random.nextInt(3);
    for (int phase = 0; phase < 4; phase++) {
      double demand = perSecond * List.of(0.3, 0.9, 1.2, 8.0).get(random.nextInt(4));
      fleet.run(policy, demand, most, Duration.ofMillis(200 + random.nextInt(1_000)));
    }
    assertThat(fleet.calls).isPositive();
    HITS.addAndGet(fleet.hits);
    fleet.log.sort(Comparator.comparingLong(Admitted::at));
    return fleet.log;
  }
}
