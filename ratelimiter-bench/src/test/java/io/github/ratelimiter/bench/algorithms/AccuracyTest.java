package io.github.ratelimiter.bench.algorithms;

import static io.github.ratelimiter.bench.algorithms.AlgorithmKind.FIXED_WINDOW;
import static io.github.ratelimiter.bench.algorithms.AlgorithmKind.LEAKY_BUCKET;
import static io.github.ratelimiter.bench.algorithms.AlgorithmKind.SLIDING_LOG;
import static io.github.ratelimiter.bench.algorithms.AlgorithmKind.SLIDING_WINDOW;
import static io.github.ratelimiter.bench.algorithms.AlgorithmKind.TOKEN_BUCKET;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccuracyTest {
  @ParameterizedTest
  @CsvSource({
    "TOKEN_BUCKET,   TWO_BURSTS, 1.00",
    "LEAKY_BUCKET,   TWO_BURSTS, 1.00",
    "FIXED_WINDOW,   TWO_BURSTS, 2.00",
    "SLIDING_WINDOW, TWO_BURSTS, 1.00",
    "SLIDING_LOG,    TWO_BURSTS, 1.00",
    "TOKEN_BUCKET,   BURST_AND_OVERLOAD, 1.99",
    "LEAKY_BUCKET,   BURST_AND_OVERLOAD, 1.99",
    "FIXED_WINDOW,   BURST_AND_OVERLOAD, 2.00",
    "SLIDING_WINDOW, BURST_AND_OVERLOAD, 1.99",
    "SLIDING_LOG,    BURST_AND_OVERLOAD, 1.00",
    "TOKEN_BUCKET,   CONSTANT_OVERLOAD, 1.99",
    "LEAKY_BUCKET,   CONSTANT_OVERLOAD, 1.99",
    "FIXED_WINDOW,   CONSTANT_OVERLOAD, 1.00",
    "SLIDING_WINDOW, CONSTANT_OVERLOAD, 1.00",
    "SLIDING_LOG,    CONSTANT_OVERLOAD, 1.00",
    "TOKEN_BUCKET,   RANDOM_BURSTS, 1.99",
    "LEAKY_BUCKET,   RANDOM_BURSTS, 1.99",
    "FIXED_WINDOW,   RANDOM_BURSTS, 2.00",
    "SLIDING_WINDOW, RANDOM_BURSTS, 1.84",
    "SLIDING_LOG,    RANDOM_BURSTS, 1.00"
  })
  void fullestPeriodOfOneHundredPerSecond(AlgorithmKind kind, Arrivals arrivals, double ratio) {
    Accuracy accuracy = Accuracy.of(kind.policy("100/s"));
    assertThat(accuracy.mostInOnePeriod()).containsEntry(arrivals, ratio);
  }

  @Test
  void overloadGetsTheLimitAndTheFirstBurstOfABucket() {
    assertThat(permits(TOKEN_BUCKET, Arrivals.CONSTANT_OVERLOAD)).isEqualTo(6_099);
    assertThat(permits(LEAKY_BUCKET, Arrivals.CONSTANT_OVERLOAD)).isEqualTo(6_099);
    assertThat(permits(FIXED_WINDOW, Arrivals.CONSTANT_OVERLOAD)).isEqualTo(6_000);
    assertThat(permits(SLIDING_LOG, Arrivals.CONSTANT_OVERLOAD)).isEqualTo(6_000);
    // In every window but the first, one permit less than the limit fits beside those that decay.
    assertThat(permits(SLIDING_WINDOW, Arrivals.CONSTANT_OVERLOAD)).isEqualTo(5_941);
  }

  @Test
  void slidingWindowRefusesEverySecondBurst() {
    assertThat(permits(SLIDING_WINDOW, Arrivals.BURST_PER_PERIOD)).isEqualTo(3_000);
    assertThat(permits(TOKEN_BUCKET, Arrivals.BURST_PER_PERIOD)).isEqualTo(6_000);
    assertThat(permits(SLIDING_LOG, Arrivals.BURST_PER_PERIOD)).isEqualTo(6_000);
  }

  private static long permits(AlgorithmKind kind, Arrivals arrivals) {
    double ratio = Accuracy.of(kind.policy("100/s")).granted(arrivals);
    return Math.round(ratio * 100 * Arrivals.PERIODS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "17/997s", "20/min", "333/250ms"})
  void noAlgorithmExceedsItsBound(String quota) {
    assertThat(Accuracy.of(TOKEN_BUCKET.policy(quota)).worst()).isBetween(1.5, 2.0);
    assertThat(Accuracy.of(FIXED_WINDOW.policy(quota)).worst()).isEqualTo(2.0);
    assertThat(Accuracy.of(SLIDING_WINDOW.policy(quota)).worst()).isBetween(1.5, 2.0);
    assertThat(Accuracy.of(SLIDING_LOG.policy(quota)).worst()).isEqualTo(1.0);
  }

  @Test
  void intervalIncludesItsBeginningAndExcludesItsEnd() {
    GrantTimes log = new GrantTimes();
    for (long micros : new long[] {0, 5, 9, 10, 14, 100}) {
      log.add(micros);
    }
    assertThat(log.permits()).isEqualTo(6);
    assertThat(log.mostInAny(1)).isEqualTo(1);
    assertThat(log.mostInAny(10)).isEqualTo(4);
    assertThat(log.mostInAny(11)).isEqualTo(4);
    assertThat(log.mostInAny(15)).isEqualTo(5);
    assertThat(log.mostInAny(101)).isEqualTo(6);
  }
}
