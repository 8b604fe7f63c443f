package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a builder refuses, and what a fallback says of itself. */
class BadInputTest {
  static final Policy POLICY = Policy.parse("test", "1000/s");

  private final FaultyStore store = new FaultyStore(ManualTimeSource.create());
  private final FallbackBuilder builder = Fallback.around(store);

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.001, Double.NaN})
  void rates(double rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.failureRate(rate))
        .withMessage("failureRate is " + rate + "; it must be above 0, at most 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.slowCallRate(rate))
        .withMessage("slowCallRate is " + rate + "; it must be above 0, at most 1");
  }

  @Test
  void aWindowThatCouldNeverOpen() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.window(10, 11))
        .withMessage(
            "minimumCalls is 11; it must be from 1 to the window's 10 calls, or the breaker could"
                + " never open");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.window(10, 0))
        .withMessageContaining("minimumCalls is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.window(0, 0))
        .withMessage("calls is 0; it must be from 1 to 1000000");
  }

  @Test
  void aWindowOfTime() {
    for (Duration wrong :
        List.of(
            Duration.ZERO, Duration.ofMillis(1_500), Duration.ofSeconds(-1), Duration.ofDays(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.window(wrong, 20))
          .withMessage(
              "time is " + wrong + "; it must be whole seconds, from 1 second to 10 minutes");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.window(Duration.ofSeconds(1), 0))
        .withMessage("minimumCalls is 0; it must be from 1 to 1000000");
  }

  @Test
  void durations() {
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.slowCall(wrong))
          .withMessage("slowCall is " + wrong + "; it must be from 1 microsecond to 1 hour");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.probeAfter(wrong))
          .withMessage("probeAfter is " + wrong + "; it must be from 1 microsecond to 1 hour");
    }
  }

  @Test
  void numbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.probes(0))
        .withMessage("probes is 0; it must be from 1 to 1000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maximumKeys(0))
        .withMessage("maximumKeys is 0; it must be from 1 to 1073741824");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.leastInstances(0))
        .withMessage("leastInstances is 0; it must be from 1 to 1000000");
  }

  @Test
  void aShareAboveTheWhole() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.instance(4, 4))
        .withMessage("instance is 4 of 4; it must be at least 0 and less than the count");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.instance(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.instance(-1, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.instance(0, 1_000_001))
        .withMessageContaining("count is 1000001");
  }

  @Test
  void nulls() {
    assertThatNullPointerException().isThrownBy(() -> Fallback.local(null));
    assertThatNullPointerException().isThrownBy(() -> builder.mode(null));
    assertThatNullPointerException().isThrownBy(() -> builder.mode("p", null));
    assertThatNullPointerException().isThrownBy(() -> builder.mode(null, Fallback.Mode.ALLOW));
    assertThatNullPointerException().isThrownBy(() -> builder.listener(null));
    assertThatNullPointerException().isThrownBy(() -> builder.timeSource(null));
  }

  @Test
  void toStringShowsTheChain() {
    assertThat(Fallback.local(store))
        .hasToString("fallback(local, the only instance) -> faulty store");
    assertThat(Fallback.allow(store)).hasToString("fallback(allow) -> faulty store");
    assertThat(Fallback.refuse(store)).hasToString("fallback(refuse) -> faulty store");
    assertThat(builder.instance(1, 4).mode("login", Fallback.Mode.REFUSE).build())
        .hasToString("fallback(local, login: refuse, 1 of 4 instances) -> faulty store");
    store.fleet = Optional.of(new Fleet("b", List.of("a", "b", "c")));
    assertThat(Fallback.around(store).build())
        .hasToString("fallback(local, 1 of 3 instances) -> faulty store");
    assertThat(Fallback.around(store).leastInstances(8).build())
        .hasToString("fallback(local, 1 of 8 instances) -> faulty store");
  }
}
