package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.store.ExactKey.Answer;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small domains, completely: every limit of 0 to 3 permits in a few milliseconds, every sequence of
 * requests and steps of time of a certain length, against the oracle.
 */
class SmallDomainTest {
  /** Back, none, a third of the shortest period, more than one. */
  private static final long[] STEPS = {-400, 0, 333, 1_300};

  private static final List<Long> CHARGES = List.of(2L, 0L);
  private static final int LENGTH = Integer.getInteger("proof.length", 3);

  private enum Kind {
    ONE,
    TWO,
    REFUND,
    LEASE,
    BOOK,
    HOLD,
    CHARGE,
    UNDO
  }

  private static List<Limit> limits(int mostMillis) {
    List<Limit> limits = new ArrayList<>();
    for (long limit = 0; limit <= 3; limit++) {
      for (long millis = 1; millis <= mostMillis; millis++) {
        Duration period = Duration.ofMillis(millis);
        for (long burst = Math.min(limit, 1); burst <= (limit == 0 ? 0 : 3); burst++) {
          limits.add(new TokenBucket(limit, period, burst));
          limits.add(new LeakyBucket(limit, period, burst));
        }
        for (WindowStart start : WindowStart.values()) {
          limits.add(new FixedWindow(limit, period, start));
          limits.add(new SlidingWindow(limit, period, start));
        }
        limits.add(new SlidingLog(limit, period));
      }
    }
    return limits;
  }

  @Test
  void everySequenceUnderEveryLimit() {
    for (int length = 1; length <= LENGTH; length++) {
      for (Limit limit : limits(LENGTH + 1 - length)) {
        explore(Policy.of("small", limit), length);
      }
    }
  }

  static List<Policy> pairs() {
    Duration two = Duration.ofMillis(2);
    List<Limit> some =
        List.of(
            new TokenBucket(3, two, 2),
            new LeakyBucket(1, two, 2),
            FixedWindow.of(2, two),
            SlidingLog.of(2, Duration.ofMillis(3)),
            CalendarWindow.perDay(2, ZoneOffset.UTC),
            SlidingWindow.of(3, two).fromFirstUse());
    List<Policy> pairs = new ArrayList<>();
    for (Limit first : some) {
      for (Limit second : some) {
        pairs.add(Policy.of("pair", first, second));
      }
    }
    return pairs;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everySequenceUnderPairsOfLimits(Policy policy) {
    for (int length = 1; length < LENGTH; length++) {
      explore(policy, length);
    }
  }

  /** Runs every sequence of the length; a sequence is a number, its digits are steps and kinds. */
  private static void explore(Policy policy, int length) {
    int digits = STEPS.length * Kind.values().length;
    int sequences = (int) Math.pow(digits, length);
    for (int sequence = 0; sequence < sequences; sequence++) {
      KeyState state = new KeyState(policy);
      ExactKey oracle = new ExactKey(policy);
      Grant latest = null;
      long now = 5_700;
      int rest = sequence;
      for (int i = 0; i < length; i++) {
        now += STEPS[rest % STEPS.length];
        Kind kind = Kind.values()[rest / STEPS.length % Kind.values().length];
        rest /= digits;
        Request request = request(kind, policy, latest);
        Decision decision = state.decide(request, now);
        if (i < length - 1) {
          // Checked as the last of a shorter sequence.
          oracle.apply(request, now);
        } else {
          int number = sequence;
          assertThat(Answer.of(decision))
              .as(() -> policy + ", sequence " + number + ", " + request)
              .isEqualTo(oracle.decide(request, now));
        }
        if (StoreDecision.of(decision).grant().isPresent()) {
          latest = StoreDecision.of(decision).grant().get();
        }
      }
    }
  }

  private static Request request(Kind kind, Policy policy, Grant latest) {
    return switch (kind) {
      case ONE -> new Request.Acquire("key", policy, 1);
      case TWO -> new Request.Acquire("key", policy, 2);
      case REFUND -> new Request.Refund("key", policy, 1);
      case LEASE -> new Request.Lease("key", policy, 1, 2, 700);
      case BOOK ->
          policy.reservable()
              ? new Request.Reserve("key", policy, 1, 2_500)
              : new Request.Acquire("key", policy, 3);
      case HOLD -> new Request.Hold("key", policy, 1);
      case CHARGE -> new Request.Charge("key", policy, CHARGES.subList(0, policy.limits().size()));
      case UNDO -> undo(policy, latest);
    };
  }

  private static Request undo(Policy policy, Grant latest) {
    if (latest == null) {
      return new Request.Reset("key", policy);
    }
    return latest.delayMicros() == 700
        ? new Request.ReturnLease("key", policy, latest.permits(), latest)
        : new Request.Release("key", policy, latest);
  }
}
