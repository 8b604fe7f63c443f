package io.github.ratelimiter.observe;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.internal.SpaceSaving;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Finds the keys that are refused most, for each policy, in the last minute and in the last hour.
 *
 * <pre>{@code
 * TopLimitedKeys top = TopLimitedKeys.create();
 * limiter.addObserver(top);
 * List<LimitedKey> worst = top.lastMinute("api", 10);
 * }</pre>
 *
 * <p>It counts refused calls, not permits: calls that asked for permits and got {@link
 * Decision.Outcome#REFUSED} or {@link Decision.Outcome#IMPOSSIBLE}. Queries are not counted, and
 * neither are calls that failed.
 *
 * <p>Its memory is bounded, so the counts are estimates with known bounds. Of <i>N</i> refused
 * calls and with <i>c</i> counters, a count is too high by at most <i>N / c</i> and never too low,
 * and every key with more than <i>N / c</i> refused calls is found. The counts are exact while at
 * most <i>c</i> keys are refused. The algorithm is Space-Saving: A. Metwally, D. Agrawal, A. El
 * Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", ICDT 2005.
 *
 * <p>The last minute is the present part of ten seconds, which begins at a multiple of ten seconds
 * since the epoch, and the five parts before it: the last 50 to 60 seconds. The last hour is the
 * present part of ten minutes and the five before it: the last 50 to 60 minutes.
 *
 * <p>Thread-safe. An allowed decision costs nothing. A refusal takes a short lock of its policy.
 * One object may be added to several limiters; policies are told apart by their names.
 */
public final class TopLimitedKeys implements CallObserver {
  /**
   * A key that was refused.
   *
   * @param key the key. It may be personal data
   * @param refusals an upper bound of the number of refused calls
   * @param error the most by which the bound may be too high: at least {@code refusals - error}
   *     calls were refused. Bound 120, error 5: 115 to 120 calls
   */
  public record LimitedKey(String key, long refusals, long error) {}

  private static final Logger LOG = LoggerFactory.getLogger(TopLimitedKeys.class);

  private static final int PARTS = 6;
  private static final long MINUTE_PART = 10_000_000L;
  private static final long HOUR_PART = 60 * MINUTE_PART;

  private static final Comparator<LimitedKey> MOST_REFUSED_FIRST =
      Comparator.comparingLong(LimitedKey::refusals)
          .reversed()
          .thenComparingLong(LimitedKey::error)
          .thenComparing(LimitedKey::key);

  private final int counters;
  private final int maximumPolicies;
  private final TimeSource time;
  private final ConcurrentMap<String, OfPolicy> policies = new ConcurrentHashMap<>();
  private final Lock adding = new ReentrantLock();
  private volatile long lastSweep = Long.MIN_VALUE / 2;
  private final AtomicLong notCounted = new AtomicLong();
  private final LimitedLog full;
  private final Observation observation = this::ended;

  TopLimitedKeys(TopLimitedKeysBuilder settings) {
    this.counters = settings.counters;
    this.maximumPolicies = settings.policies;
    this.time = settings.timeSource;
    this.full = new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, time);
  }

  /**
   * Returns an observer with the default settings: 100 counters, 100 policies, the system's clock.
   *
   * @return a new observer
   */
  public static TopLimitedKeys create() {
    return builder().build();
  }

  /**
   * Returns a builder of an observer.
   *
   * @return a new builder
   */
  public static TopLimitedKeysBuilder builder() {
    return new TopLimitedKeysBuilder();
  }

  // --- counting --------------------------------------------------------------------------------

  @Override
  public void onAcquire(String key, long permits, Decision decision) {
    if (!decision.allowed()) {
      refused(decision.policy().name(), key);
    }
  }

  @Override
  public void onDecision(Call call, Decision decision) {
    ended(call, decision, null);
  }

  @Override
  public Observation onCall(Call call) {
    return observation;
  }

  private void ended(Call call, @Nullable Decision decision, @Nullable Throwable failure) {
    if (decision != null && !decision.allowed() && call.operation().takesPermits()) {
      refused(call.policy().name(), call.key());
    }
  }

  private void refused(String policy, String key) {
    long now = time.nowMicros();
    OfPolicy counted = policies.get(policy);
    while (counted == null || !counted.add(key, now)) {
      counted = addPolicy(policy, now);
      if (counted == null) {
        tooMany(policy);
        return;
      }
    }
  }

  /** Returns the counts of a policy; null if there are too many policies. */
  private @Nullable OfPolicy addPolicy(String policy, long now) {
    if (policies.size() >= maximumPolicies && !isSweepDue(now)) {
      return policies.get(policy);
    }
    adding.lock();
    try {
      if (policies.size() >= maximumPolicies && isSweepDue(now)) {
        lastSweep = now;
        policies.values().removeIf(each -> each.removeIfIdle(now));
      }
      return policies.size() < maximumPolicies
          ? policies.computeIfAbsent(policy, added -> new OfPolicy(counters, now))
          : policies.get(policy);
    } finally {
      adding.unlock();
    }
  }

  /** Looks for idle policies now and then: a refusal of one policy too many must be cheap too. */
  private boolean isSweepDue(long now) {
    return now - lastSweep >= MINUTE_PART || now < lastSweep;
  }

  private void tooMany(String policy) {
    long count = notCounted.incrementAndGet();
    full.event()
        .addKeyValue("policy", policy)
        .addKeyValue("policies", maximumPolicies)
        .addKeyValue("not_counted", count)
        .log(
            "More than {} policies refuse calls; those of others are not counted", maximumPolicies);
  }

  // --- reading ---------------------------------------------------------------------------------

  /**
   * Returns the keys that were refused most in the last minute.
   *
   * @param policy the name of the policy
   * @param most the maximum length of the list, at least 1
   * @return the keys, those with the most refusals first; of equal ones, that with the smaller
   *     error and then that with the lesser key
   * @throws IllegalArgumentException if {@code most} is below 1
   */
  public List<LimitedKey> lastMinute(String policy, int most) {
    return read(policy, most, counted -> counted.minute);
  }

  /**
   * Returns the keys that were refused most in the last hour.
   *
   * @param policy the name of the policy
   * @param most the maximum length of the list, at least 1
   * @return the keys, in the order of {@link #lastMinute}
   * @throws IllegalArgumentException if {@code most} is below 1
   */
  public List<LimitedKey> lastHour(String policy, int most) {
    return read(policy, most, counted -> counted.hour);
  }

  private List<LimitedKey> read(String policy, int most, Function<OfPolicy, SlidingTop> window) {
    if (most < 1) {
      throw new IllegalArgumentException("most is " + most + "; it must be at least 1");
    }
    OfPolicy counted = policies.get(policy);
    return counted == null
        ? List.of()
        : SlidingTop.merged(counted.read(window, time.nowMicros())).stream()
            .sorted(MOST_REFUSED_FIRST)
            .limit(most)
            .toList();
  }

  /**
   * Returns the policies with keys that are counted.
   *
   * @return their names, in alphabetical order
   */
  public Set<String> policies() {
    return new TreeSet<>(policies.keySet());
  }

  /**
   * Returns the number of refused calls that were not counted, because there were too many
   * policies.
   *
   * @return the number since this observer was created
   */
  public long notCounted() {
    return notCounted.get();
  }

  @Override
  public String toString() {
    return "top limited keys of " + policies.size() + " policies";
  }

  /** The counts of one policy. Thread-safe. */
  private static final class OfPolicy {
    private final Lock lock = new ReentrantLock();
    private final SlidingTop minute;
    private final SlidingTop hour;
    private long lastRefusal;
    private boolean removed;

    OfPolicy(int counters, long now) {
      minute = new SlidingTop(PARTS, MINUTE_PART, counters, now);
      hour = new SlidingTop(PARTS, HOUR_PART, counters, now);
      lastRefusal = now;
    }

    /** Returns false if this object has been removed. */
    boolean add(String key, long now) {
      lock.lock();
      try {
        if (removed) {
          return false;
        }
        minute.add(key, now);
        hour.add(key, now);
        lastRefusal = now;
        return true;
      } finally {
        lock.unlock();
      }
    }

    /**
     * Returns whether no refusal of the last hour is in it any more. The counts start over when the
     * clock has gone back by more than that.
     */
    boolean removeIfIdle(long now) {
      lock.lock();
      try {
        removed = Math.abs(now - lastRefusal) >= PARTS * HOUR_PART;
        return removed;
      } finally {
        lock.unlock();
      }
    }

    /** Copies the counters. They are merged without the lock. */
    List<SpaceSaving.Counts> read(Function<OfPolicy, SlidingTop> window, long now) {
      lock.lock();
      try {
        return window.apply(this).counts(now);
      } finally {
        lock.unlock();
      }
    }
  }
}
