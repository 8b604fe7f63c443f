package io.github.ratelimiter;

import io.github.ratelimiter.internal.Arguments;
import io.github.ratelimiter.internal.Periods;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes requests under the policy of their key. Each method checks its arguments. Thread-safe. */
final class Requests {
  private final @Nullable Policy policy;
  private final @Nullable Function<? super String, Policy> policies;

  /**
   * Creates an object.
   *
   * @param policy the policy of all keys; null if there is a function
   * @param policies null if there is one policy
   */
  Requests(@Nullable Policy policy, @Nullable Function<? super String, Policy> policies) {
    this.policy = policy;
    this.policies = policies;
  }

  Policy policyOf(String key) {
    Policy fixed = policy;
    if (fixed != null) {
      return fixed;
    }
    Arguments.checkKey(key);
    Policy found = Objects.requireNonNull(policies).apply(key);
    if (found == null) {
      throw new IllegalStateException("the policies function returned null");
    }
    return found;
  }

  Request.Acquire acquire(String key, long permits) {
    return new Request.Acquire(key, policyOf(key), permits);
  }

  Request.Peek peek(String key, long permits) {
    return new Request.Peek(key, policyOf(key), permits);
  }

  Request.Refund refund(String key, long permits) {
    return new Request.Refund(key, policyOf(key), permits);
  }

  Request.Hold hold(String key, long min, long max) {
    return new Request.Hold(key, policyOf(key), min, max);
  }

  Request.HoldEach hold(String key, Cost cost) {
    return new Request.HoldEach(key, policyOf(key), cost.permitsOfLimits());
  }

  Request.Charge charge(String key, long permits) {
    Arguments.checkPermits(permits);
    Policy policy = policyOf(key);
    return charge(key, policy, Request.ofEachLimit(policy, permits));
  }

  Request.Charge charge(String key, Cost cost) {
    return charge(key, policyOf(key), cost.permitsOfLimits());
  }

  private static Request.Charge charge(String key, Policy policy, List<Long> permits) {
    return new Request.Charge(key, policy, permits, 0, true);
  }

  Request.Drain drain(String key, Duration duration) {
    return new Request.Drain(key, policyOf(key), Periods.drainMicros(duration));
  }

  Request.Reset reset(String key) {
    return new Request.Reset(key, policyOf(key));
  }

  @Override
  public String toString() {
    return policy != null ? policy.toString() : "policies by key";
  }
}
