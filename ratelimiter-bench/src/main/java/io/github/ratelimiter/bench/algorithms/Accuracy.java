package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The permits that an algorithm grants to clients that make more calls than allowed. The decisions
 * are those of all stores: {@link KeyState} makes them, at instants of a simulated clock. The same
 * policy always has the same numbers.
 *
 * @param mostInOnePeriod for each way to make calls, the most permits in any interval of one period
 *     as a ratio to the limit; for example 1.99
 * @param granted for each lasting way to make calls, the permits as a ratio to those of the limit
 *     in {@link Arrivals#PERIODS} periods; below 1 if calls are refused that the limit would allow
 */
record Accuracy(Map<Arrivals, Double> mostInOnePeriod, Map<Arrivals, Double> granted) {
  /** A window begins at every multiple of the period. */
  private static final long START_IN_PERIODS = 10;

  static Accuracy of(Policy policy) {
    Limit limit = policy.limits().get(0);
    long period = limit.period().toNanos() / 1_000;
    Map<Arrivals, Double> most = new EnumMap<>(Arrivals.class);
    Map<Arrivals, Double> granted = new EnumMap<>(Arrivals.class);
    for (Arrivals arrivals : Arrivals.values()) {
      GrantTimes log = grants(policy, arrivals, period);
      most.put(arrivals, (double) log.mostInAny(period) / limit.permits());
      if (Arrivals.LASTING.contains(arrivals)) {
        granted.put(arrivals, (double) log.permits() / limit.permits() / Arrivals.PERIODS);
      }
    }
    return new Accuracy(most, granted);
  }

  private static GrantTimes grants(Policy policy, Arrivals arrivals, long period) {
    KeyState state = new KeyState(policy);
    Request request = new Request.Acquire("client", policy, 1);
    GrantTimes log = new GrantTimes();
    for (Arrivals.Burst burst : arrivals.of(policy.limits().get(0).permits(), period)) {
      long now = START_IN_PERIODS * period + burst.micros();
      // After a refusal, the other calls of the same instant are refused as well.
      for (long i = 0; i < burst.calls() && state.decide(request, now).allowed(); i++) {
        log.add(now);
      }
    }
    return log;
  }

  /**
   * Returns the permits as a ratio to those of the limit.
   *
   * @param arrivals one of {@link Arrivals#LASTING}
   */
  double granted(Arrivals arrivals) {
    return Objects.requireNonNull(granted.get(arrivals), "the calls do not last long enough");
  }

  /** Returns the most permits in any interval of one period, of all ways to make calls. */
  double worst() {
    return mostInOnePeriod.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
