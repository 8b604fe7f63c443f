package io.github.ratelimiter.bench.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {
  private static final int MILLI = 1_000;

  private final AuditLog log = new AuditLog(1_000_000);
  private final AuditLog.Writer writer = log.writer(0);

  /** Logs permits that were requested and answered at two times, in microseconds. */
  private void grant(int key, int permits, long from, long to) {
    for (int i = 0; i < permits; i++) {
      writer.granted(key, from * 1_000, to * 1_000, false);
    }
  }

  private Audit audit(String policy) {
    return Audit.of(Policy.parse("test", policy), log, 3);
  }

  @Test
  void burstAndRefilledPermitsAreNoOvershoot() {
    grant(1, 100, 0, 10);
    for (int i = 1; i <= 50; i++) {
      grant(1, 1, i * 10L * MILLI, i * 10L * MILLI + 5);
    }
    Audit audit = audit("100/s");
    assertThat(audit.overshoot()).isZero();
    assertThat(audit.headroom()).isZero();
    assertThat(audit.permits()).isEqualTo(150);
    assertThat(audit.keys()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "100/s",
    "leaky-bucket 100/s",
    "sliding-log 100/s",
    "fixed-window 50/s",
    "fixed-window 50/day in UTC"
  })
  void onePermitAboveTheLimitIsFound(String policy) {
    grant(0, 40, 0, 10);
    grant(2, 60, 5, 100);
    grant(2, 41, 3 * MILLI, 3 * MILLI + 1);
    Audit audit = audit(policy);
    assertThat(audit.overshoot()).isEqualTo(1);
    assertThat(audit.headroom()).isEqualTo(-1);
    assertThat(audit.worstKey()).isEqualTo(2);
  }

  @Test
  void permitATenthTooEarlyIsFound() {
    grant(0, 100, 0, 1);
    grant(0, 1, 9 * MILLI, 9 * MILLI + 990);
    assertThat(audit("100/s").overshoot()).as("certainly within 10 ms").isEqualTo(1);
  }

  @Test
  void slowRequestCausesNoFalseOvershoot() {
    grant(0, 100, 0, 1);
    grant(0, 50, 2, 500 * MILLI);
    assertThat(audit("100/s").overshoot()).isZero();
    grant(0, 1, 2, 500 * MILLI);
    assertThat(audit("100/s").overshoot()).isEqualTo(1);
  }

  @Test
  void slidingLogCountsPermitsForOnePeriod() {
    grant(0, 10, 0, 5);
    grant(0, 10, 1_000 * MILLI, 1_000 * MILLI + 5);
    assertThat(audit("sliding-log 10/s").overshoot()).as("rounding of two clocks").isZero();
    grant(0, 1, 999 * MILLI, 999 * MILLI + 900);
    assertThat(audit("sliding-log 10/s").overshoot()).isEqualTo(1);
  }

  @Test
  void everyLimitIsChecked() {
    grant(0, 11, 0, 5);
    assertThat(audit("100/s; 10/min").overshoot()).isEqualTo(1);
  }

  /** Compares the segment tree with a check of every pair of a beginning and an end. */
  @ParameterizedTest
  @CsvSource({"7/s burst 5, 7, 1000000, 5", "1000/s burst 3, 1, 1000, 3"})
  void agreesWithABruteForceCheckOfRandomLogs(String policy, long limit, long period, long burst) {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      AuditLog log = new AuditLog(100_000);
      AuditLog.Writer writer = log.writer(0);
      List<long[]> spans = new ArrayList<>();
      for (int i = random.nextInt(60); i >= 0; i--) {
        long from = random.nextInt(random.nextBoolean() ? 20 : 3_000_000);
        long to = from + random.nextInt(random.nextBoolean() ? 3 : 100_000);
        writer.granted(0, from * 1_000, to * 1_000, false);
        spans.add(new long[] {from, to});
      }
      long least = Long.MAX_VALUE;
      for (long[] begin : spans) {
        for (long[] end : spans) {
          long inside = spans.stream().filter(s -> s[0] >= begin[0] && s[1] <= end[1]).count();
          if (inside > 0) {
            long refilled = Math.floorDiv((end[1] - begin[0] + 1) * limit, period);
            least = Math.min(least, burst + refilled - inside);
          }
        }
      }
      Audit audit = Audit.of(Policy.parse("test", policy), log, 1);
      assertThat(audit.headroom()).as("seed %s", seed).isEqualTo(least);
      assertThat(audit.overshoot()).isEqualTo(Math.max(-least, 0));
    }
  }

  @Test
  void fullLogIsReported() {
    AuditLog small = new AuditLog(10);
    AuditLog.Writer smallWriter = small.writer(0);
    for (int i = 0; i < 10; i++) {
      smallWriter.granted(0, 0, 0, false);
    }
    assertThat(small.full()).isFalse();
    smallWriter.granted(0, 0, 0, false);
    assertThat(small.full()).isTrue();
    assertThat(Audit.of(Policy.parse("test", "9/s"), small, 1).overshoot()).isEqualTo(1);
  }

  @Test
  void reportsWhyAnAuditIsImpossible() {
    assertThat(Audit.problem(Policy.parse("test", "100/s"), 3_600_000_000L, 10))
        .contains("35 minutes");
    assertThat(Audit.problem(Policy.parse("test", "99991/day"), 10_000_000, 50_000_000))
        .contains("99991");
    assertThat(Audit.problem(Policy.parse("test", "5000/s burst 50000"), 60_000_000, 50_000_000))
        .isEmpty();
  }
}
