package io.github.ratelimiter.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.generator.MixSettings;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.limiter.Answer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class StageResultTest {
  private static final Stage STEADY = new Stage("steady", Fault.NONE, 10, 1);

  /** The result of an instance that made only decisions for hot keys, each after a wait. */
  private static Done instance(long cpuMicros, long heap, Source source, long... waitMillis) {
    long[] counts = new long[2 * Answer.COUNT];
    Answer answer = source == Source.STORE ? Answer.STORE_ALLOWED : Answer.FALLBACK_REFUSED;
    counts[Answer.COUNT + answer.ordinal()] = waitMillis.length;
    List<Histogram> nanos =
        Stream.of(Source.values()).map(any -> new Histogram(60_000_000_000L, 3)).toList();
    for (long wait : waitMillis) {
      nanos.get(source.ordinal()).recordValue(wait * 1_000_000);
    }
    return new Done(
        0,
        0,
        new Outcome(10, counts, nanos, 0, 0),
        cpuMicros * 1_000,
        List.of(),
        new Usage(0, counts, heap, 2 * heap, 10));
  }

  private static StageResult stage(Stage stage, Done... instances) {
    return StageResult.of(stage, 8, List.of(instances), new ServerWork(2, 20, 12, 0.5));
  }

  private static final StageResult TWO =
      stage(STEADY, instance(20, 30, Source.STORE, 1, 2, 3), instance(60, 40, Source.FALLBACK, 50));

  @Test
  void instancesAreMerged() {
    assertThat(TWO.decisions()).isEqualTo(4);
    assertThat(TWO.outcome().allowed(false)).isEqualTo(3);
    assertThat(TWO.outcome().decisions(Source.FALLBACK, false)).isEqualTo(1);
    assertThat(TWO.longestWaitMillis()).isCloseTo(50, within(0.1));
    assertThat(TWO.largestAtEnd(Usage::heap)).isEqualTo(40);
  }

  @Test
  void costsAreThoseOfADecision() {
    assertThat(TWO.instanceCpuMicros()).isEqualTo(20);
    assertThat(TWO.serverCpuMicros()).isEqualTo(5);
    assertThat(TWO.masterCpuMicros()).isEqualTo(3);
    assertThat(TWO.redisCalls()).isEqualTo(0.5);
  }

  @Test
  void unusedPermitsAreAPartOfThoseAskedForOrAllowed() {
    assertThat(TWO.unused(1, 1)).as("4 asked for, 10 allowed by the limit").isEqualTo(0.25);
    assertThat(TWO.unused(0.3, 1)).as("3 allowed by the limit").isZero();
    assertThat(TWO.unused(0, 1)).isZero();
  }

  @Test
  void limitOfAPolicyIsItsLowestRate() {
    assertThat(Limits.permitsPerSecond(Policy.parse("test", "10/s; fixed-window 60/min")))
        .isEqualTo(1);
  }

  @Test
  void growthIsThatOfTheInstanceThatGrewMost() {
    StageResult last =
        stage(STEADY, instance(1, 90, Source.STORE, 1), instance(1, 50, Source.STORE, 1));
    assertThat(Growth.of(List.of(TWO, TWO, last))).contains(new Growth(60, 0));
    assertThat(Growth.of(List.of(TWO))).isEmpty();
  }

  private static FleetResult result(double rate, StageResult... stages) {
    FleetSetup setup =
        new FleetSetup(
            2,
            rate,
            "1/s",
            Duration.ofMillis(100),
            new MixSettings(1, 1, 1),
            List.of(STEADY),
            false);
    return new FleetResult(setup, "", 0, List.of(stages), List.of(), null);
  }

  @Test
  void coresAreTheMicrosecondsOfADecision() {
    StageResult other = stage(new Stage("spike", Fault.NONE, 10, 2), TWO.instances().get(1));
    CoreEstimate estimate = CoreEstimate.of(result(10_000, TWO, other)).orElseThrow();
    assertThat(estimate.instanceCores()).isEqualTo(20);
    assertThat(estimate.coresOfAnInstance()).as("2 busy, at most 70 %").isEqualTo(3);
    assertThat(estimate.serverCores()).isEqualTo(5);
    assertThat(estimate.masters()).as("3 busy, at most 70 %").isEqualTo(5);
    assertThat(estimate.allCores()).isEqualTo(10 * 3 + 2 * 5);
    assertThat(estimate.p99Millis()).isCloseTo(50, within(0.1));
    assertThat(estimate.fallback()).isEqualTo(0.25);
    assertThat(estimate.largestInstance()).isEqualTo(80);
  }

  @Test
  void lowRateSaysNothingAboutTheCores() {
    assertThat(CoreEstimate.of(result(9_999, TWO))).isEmpty();
  }
}
