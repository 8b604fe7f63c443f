package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.servers.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes whose clocks disagree. */
class ClockSkewTest {
  private static final Duration EIGHT_HOURS = Duration.ofHours(8);

  private static TimeSource ahead(Duration by) {
    long micros = by.toNanos() / 1_000;
    return () -> System.currentTimeMillis() * 1_000 + micros;
  }

  private static RedisStateStore open(RedisProcess server, TimeSource time) {
    return RedisStateStore.builder(server.uri())
        .timeout(Duration.ofSeconds(5))
        .timeSource(time)
        .build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/day",
        "leaky-bucket 10/day",
        "fixed-window 10/day from first use",
        "fixed-window 10/month in Europe/Berlin",
        "fixed-window 10/year in UTC",
        "sliding-log 10/day",
        "sliding-window 10/day"
      })
  void eightHoursApartTheyShareOneLimit(String text) {
    Policy policy = Policy.parse("test", text);
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore late = open(server, ahead(Duration.ZERO));
        RedisStateStore early = open(server, ahead(EIGHT_HOURS))) {
      for (int i = 9; i >= 0; i--) {
        RedisStateStore store = i % 2 == 0 ? early : late;
        assertThat(Ask.acquire(store, "k", policy).remaining()).isEqualTo(i);
      }
      assertThat(Ask.acquire(early, "k", policy).allowed()).isFalse();
      assertThat(Ask.acquire(late, "k", policy).allowed()).isFalse();
    }
  }

  @Test
  void theDifferenceIsMeasured() {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore late = open(server, ahead(Duration.ZERO));
        RedisStateStore early = open(server, ahead(EIGHT_HOURS))) {
      assertThat(late.clockSkew()).isEmpty();
      for (int i = 0; i < 20; i++) {
        Ask.acquire(late, "k");
        Ask.acquire(early, "k");
      }
      assertSkew(late.clockSkew().orElseThrow(), Duration.ZERO);
      assertSkew(early.clockSkew().orElseThrow(), EIGHT_HOURS.negated());
    }
  }

  private static void assertSkew(ClockSkew skew, Duration expected) {
    // The test's clock counts whole milliseconds.
    Duration off = skew.difference().minus(expected).abs();
    assertThat(off).isLessThanOrEqualTo(skew.bound().plusMillis(2));
    assertThat(skew.bound()).isLessThan(Duration.ofSeconds(1));
  }
}
