package io.github.ratelimiter.rules;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/*
 * Refusals and bans are counted by limiters in this process: a log of refusals that is full is a ban,
 * and the number of recent bans doubles its length. Their memory is bounded as that of every store in
 * process. The ban itself is a drain of the key in the store, so it holds in all processes, and its
 * refusals have the time until its end.
 */
/** Bans keys that are refused repeatedly. Thread-safe. */
final class Offenders implements CallObserver {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  /** The length of a ban doubles at most this often. */
  private static final int MOST_DOUBLINGS = 20;

  private final LimitedLog begun =
      new LimitedLog(LOG, Level.INFO, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  private final Bans bans;
  private final RuleListeners listeners;
  private final Function<String, Optional<BanPolicy>> policies;
  private final LocalStateStore counts;
  private final TimeSource time;

  /** Keys that this process has banned are drained here. */
  private final RateLimiter banned;

  /**
   * Creates an object that knows no refusals.
   *
   * @param policies when a key of a rule is banned, by the ID of the rule; empty if it never is
   */
  Offenders(
      StateStore store,
      RuleListeners listeners,
      Function<String, Optional<BanPolicy>> policies,
      TimeSource time) {
    this.bans = new Bans(store, time);
    this.listeners = listeners;
    this.policies = policies;
    this.time = time;
    this.counts = LocalStateStore.builder().timeSource(time).build();
    this.banned = limiter("banned", 1, Duration.ofSeconds(1));
  }

  @Override
  public void onAcquire(String key, long permits, Decision decision) {
    ended(key, permits, decision);
  }

  @Override
  public void onDecision(Call call, Decision decision) {
    if (takes(call)) {
      ended(call.key(), call.permits(), decision);
    }
  }

  @Override
  public @Nullable Observation onCall(Call call) {
    return takes(call)
        ? (same, decision, failure) -> {
          if (decision != null && takes(same)) {
            ended(same.key(), same.permits(), decision);
          }
        }
        : null;
  }

  private static boolean takes(Call call) {
    return call.operation().takesPermits();
  }

  private void ended(String key, long permits, Decision decision) {
    if (decision.outcome() == Outcome.REFUSED && !isDrained(permits, decision)) {
      policies.apply(decision.policy().name()).ifPresent(policy -> refused(key, decision, policy));
    }
  }

  /**
   * A key that is refused although its limits have permits is banned, by this process or another.
   */
  private static boolean isDrained(long permits, Decision decision) {
    return decision.limits().stream().allMatch(limit -> limit.remaining() >= permits);
  }

  private void refused(String key, Decision decision, BanPolicy policy) {
    String counted = RuleKeys.ofRule(decision.policy().name(), key);
    if (banned.peek(counted).allowed() && !refusals(policy).tryAcquire(counted).allowed()) {
      Duration length = length(counted, policy);
      banned.drain(counted, length);
      refusals(policy).reset(counted);
      ban(key, decision.policy(), length);
    }
  }

  /** The last refusal that makes a ban is the one that finds the log full. */
  private RateLimiter refusals(BanPolicy policy) {
    return limiter("refusals", policy.refusals() - 1L, policy.within());
  }

  private Duration length(String counted, BanPolicy policy) {
    RateLimiter recent = limiter("bans", MOST_DOUBLINGS, policy.longest().multipliedBy(2));
    Decision before = recent.tryAcquire(counted);
    long doublings = MOST_DOUBLINGS - before.remaining() - (before.allowed() ? 1 : 0);
    Duration length = policy.first();
    for (long i = 0; i < doublings && length.compareTo(policy.longest()) < 0; i++) {
      length = length.multipliedBy(2);
    }
    return length.compareTo(policy.longest()) < 0 ? length : policy.longest();
  }

  private RateLimiter limiter(String name, long permits, Duration period) {
    return RateLimiter.builder()
        .policy(Policy.of(name, new SlidingLog(permits, period)))
        .store(counts)
        .timeSource(time)
        .build();
  }

  private void ban(String key, Policy policy, Duration length) {
    begun
        .event()
        .addKeyValue("rule", policy.name())
        .addKeyValue("duration", length)
        .log("A key of rule '{}' is banned for {}", policy.name(), length);
    bans.begin(key, policy, length);
    listeners.banned(policy.name(), key, length);
  }
}
