package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Counts the decisions of a limiter. For a decision without I/O it allocates nothing. */
final class DecisionObserver implements CallObserver {
  /** Versions of policies that are remembered. Others are looked up for each decision. */
  private static final int MAXIMUM_VERSIONS = 1_000;

  /**
   * What is counted for a version of a policy.
   *
   * @param meters null if they depend on custom tags
   */
  private record Counted(
      Policy policy,
      String algorithm,
      LimitsInForce.Version version,
      @Nullable DecisionMeters meters,
      long nearLimit) {}

  private final RegistryMeters registry;
  private final CustomTags customTags;
  private final Set<String> usagePolicies;
  private final ConcurrentMap<Policy, Counted> all = new ConcurrentHashMap<>();

  /** The version that decided last, which most often decides next. A race costs a look-up. */
  private @Nullable Counted last;

  DecisionObserver(RegistryMeters registry, RateLimiterMetricsBuilder settings) {
    this.registry = registry;
    this.customTags = new CustomTags(settings.customTags);
    this.usagePolicies = settings.usagePolicies;
  }

  @Override
  public void onAcquire(String key, long permits, Decision decision) {
    Counted counted = counted(decision.policy());
    meters(counted, key).decided(permits, decision, counted.nearLimit);
  }

  @Override
  public void onDecision(Call call, Decision decision) {
    Counted counted = counted(call.policy());
    decided(call, decision, meters(counted, call.key()), counted);
  }

  @Override
  public Observation onCall(Call call) {
    long start = System.nanoTime();
    return (ended, decision, failure) -> {
      Counted counted = counted(call.policy());
      DecisionMeters meters = meters(counted, call.key());
      // Under the operation that began: a part of a joint call may wait, and turn out to be a peek.
      meters.ended(counted.algorithm, call.operation(), System.nanoTime() - start);
      if (decision != null) {
        decided(ended, decision, meters, counted);
      } else if (failure != null) {
        meters.failed(ended, failure);
      }
    };
  }

  private static void decided(
      Call call, Decision decision, DecisionMeters meters, Counted counted) {
    if (call.operation().takesPermits()) {
      meters.decided(call.permits(), decision, counted.nearLimit);
    } else {
      meters.carriedOut(call.operation());
    }
  }

  private Counted counted(Policy policy) {
    Counted counted = last;
    if (counted == null || counted.policy != policy) {
      counted = find(policy);
      last = counted;
    }
    counted.version.use();
    return counted;
  }

  private DecisionMeters meters(Counted counted, String key) {
    DecisionMeters untagged = counted.meters;
    return untagged != null ? untagged : meters(counted.policy, customTags.of(counted.policy, key));
  }

  private DecisionMeters meters(Policy policy, Tags tags) {
    return registry.decisions(policy, tags, usagePolicies.contains(policy.name()));
  }

  private Counted find(Policy policy) {
    Counted known = all.get(policy);
    // The policy itself, so that the next decision recognizes it.
    if (known != null && known.policy == policy) {
      return known;
    }
    Counted found =
        new Counted(
            policy,
            Names.algorithm(policy),
            registry.limits().version(policy),
            customTags.isEmpty() ? meters(policy, Tags.empty()) : null,
            DecisionMeters.nearLimit(policy));
    if (all.size() < MAXIMUM_VERSIONS) {
      all.put(policy, found);
    }
    return found;
  }
}
