package io.github.ratelimiter.http;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.internal.Periods;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * One limit after a decision, in the numbers of headers.
 *
 * @param limits those of the decision, which makes a new list whenever it is asked
 * @param permits the permits that the request asked for
 * @param index the position of the limit in its policy
 */
record LimitView(Decision decision, List<LimitStatus> limits, long permits, int index) {
  private static final long SECOND_MICROS = TimeUnit.SECONDS.toMicros(1);

  /** Returns all limits of a decision, without observed parts. */
  static List<LimitView> all(JointDecision decision) {
    List<LimitView> all = new ArrayList<>();
    for (PartDecision part : decision.parts()) {
      if (!part.part().isObserved()) {
        List<LimitStatus> limits = part.decision().limits();
        for (int i = 0; i < limits.size(); i++) {
          all.add(new LimitView(part.decision(), limits, part.part().permits(), i));
        }
      }
    }
    return all;
  }

  /**
   * Returns the limit that binds: the one that refuses, otherwise the one with the fewest permits
   * left.
   *
   * @return empty if all parts are observed
   */
  static Optional<LimitView> binding(JointDecision decision) {
    Decision refusing = decision.refusedBy().map(PartDecision::decision).orElse(null);
    LimitView binding = null;
    for (LimitView view : all(decision)) {
      if ((refusing == null || view.decision == refusing)
          && view.binds()
          && (binding == null || view.remaining() < binding.remaining())) {
        binding = view;
      }
    }
    return Optional.ofNullable(binding);
  }

  /** Returns the names of the limits that refuse, by parts that are not observed. */
  static List<String> refusing(JointDecision decision) {
    return all(decision).stream()
        .filter(view -> !view.decision.allowed() && view.binds())
        .map(LimitView::name)
        .distinct()
        .toList();
  }

  private boolean binds() {
    return status().limit().equals(decision.limit());
  }

  private LimitStatus status() {
    return limits.get(index);
  }

  Policy policy() {
    return decision.policy();
  }

  private Limit limit() {
    return status().limit();
  }

  /** Returns the name of the policy, with the number of the limit if there are several. */
  String name() {
    return policy().limits().size() == 1 ? policy().name() : policy().name() + ":" + (index + 1);
  }

  /** Returns the permits that remain. A key that is drained has none, whatever its limits have. */
  long remaining() {
    return isDrained() ? 0 : status().remaining();
  }

  /** A request that is refused although all limits have the permits is refused by a drain. */
  private boolean isDrained() {
    return !decision.allowed() && limits.stream().allMatch(limit -> limit.remaining() >= permits);
  }

  long capacity() {
    return limit().capacity();
  }

  long resetSeconds() {
    return Seconds.roundedUp(status().resetAfter());
  }

  long resetEpochSeconds(Instant now) {
    return Seconds.roundedUp(now.plus(status().resetAfter()));
  }

  /** Returns the period, rounded up to whole seconds. */
  long windowSeconds() {
    return Seconds.roundedUp(limit().period());
  }

  /** Returns the permits in {@link #windowSeconds}, rounded down. */
  long quota() {
    Duration period = limit().period();
    if (period.toNanosPart() == 0) {
      return limit().permits();
    }
    return BigInteger.valueOf(limit().permits())
        .multiply(BigInteger.valueOf(windowSeconds() * SECOND_MICROS))
        .divide(BigInteger.valueOf(Periods.saturatedMicros(period)))
        .min(BigInteger.valueOf(StructuredFields.MAX_INTEGER))
        .longValueExact();
  }

  boolean isBucket() {
    return limit() instanceof TokenBucket || limit() instanceof LeakyBucket;
  }

  /**
   * Returns the time in which no permit becomes available, rounded down to whole seconds.
   *
   * @return empty if the decision does not tell it
   */
  OptionalLong effectiveWindowSeconds() {
    if (isDrained()) {
      return OptionalLong.of(decision.retryAfterMicros() / SECOND_MICROS);
    }
    if (isBucket()) {
      return OptionalLong.of(nextPermitMicros() / SECOND_MICROS);
    }
    boolean isWindow = limit() instanceof FixedWindow || limit() instanceof CalendarWindow;
    if (isWindow && remaining() < capacity()) {
      return OptionalLong.of(status().resetAfter().toSeconds());
    }
    boolean refusesOne = decision.outcome() == Outcome.REFUSED && binds() && permits == 1;
    return refusesOne && !isWindow
        ? OptionalLong.of(decision.retryAfterMicros() / SECOND_MICROS)
        : OptionalLong.empty();
  }

  /**
   * A bucket of which {@code used} permits are used refills one after the other until its reset.
   */
  private long nextPermitMicros() {
    long used = capacity() - remaining();
    if (used <= 0 || limit().permits() == 0) {
      return 0;
    }
    BigInteger permits = BigInteger.valueOf(limit().permits());
    BigInteger others = // Rounded up.
        BigInteger.valueOf(used - 1)
            .multiply(BigInteger.valueOf(Periods.saturatedMicros(limit().period())))
            .add(permits.subtract(BigInteger.ONE))
            .divide(permits);
    BigInteger next =
        BigInteger.valueOf(Periods.saturatedMicros(status().resetAfter())).subtract(others);
    return next.signum() < 0 ? 0 : next.longValueExact();
  }
}
