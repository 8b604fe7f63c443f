package io.github.ratelimiter;

import io.github.ratelimiter.internal.Arguments;
import io.github.ratelimiter.store.Acquirer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A limiter for one key. */
final class StoreKeyLimiter implements KeyLimiter {
  /** What the store has for the key under a policy. */
  private record Binding(Policy policy, @Nullable Acquirer acquirer) {}

  private final StoreRateLimiter limiter;
  private final String key;

  /** Of the last policy of the key. */
  private volatile Binding binding;

  StoreKeyLimiter(StoreRateLimiter limiter, String key) {
    this.limiter = limiter;
    this.key = key;
    this.binding = bind(limiter.requests().policyOf(key));
  }

  private Binding bind(Policy policy) {
    return new Binding(policy, limiter.store().acquirer(key, policy));
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Decision tryAcquire(long permits) {
    Arguments.checkPermits(permits);
    Policy policy = limiter.requests().policyOf(key);
    Binding binding = this.binding;
    if (binding.policy != policy) {
      binding = bind(policy);
      this.binding = binding;
    }
    Acquirer acquirer = binding.acquirer;
    if (acquirer == null) {
      return limiter.calls().acquire(key, policy, permits);
    }
    return limiter.calls().acquire(acquirer, key, policy, permits);
  }

  @Override
  public Decision tryAcquire(long permits, Duration maxWait) throws InterruptedException {
    return limiter.tryAcquire(key, permits, maxWait);
  }

  @Override
  public Decision peek(long permits) {
    return limiter.peek(key, permits);
  }

  @Override
  public Decision refund(long permits) {
    return limiter.refund(key, permits);
  }

  @Override
  public Decision tryAcquire(Cost cost) {
    return limiter.tryAcquire(key, cost);
  }

  @Override
  public Reservation reserve(long min, long max) {
    return limiter.reserve(key, min, max);
  }

  @Override
  public Reservation reserve(Cost cost) {
    return limiter.reserve(key, cost);
  }

  @Override
  public Decision record(long permits) {
    return limiter.record(key, permits);
  }

  @Override
  public Decision record(Cost cost) {
    return limiter.record(key, cost);
  }

  @Override
  public Decision drain(Duration duration) {
    return limiter.drain(key, duration);
  }

  @Override
  public Decision reset() {
    return limiter.reset(key);
  }

  @Override
  public String toString() {
    return key + ": " + limiter;
  }
}
