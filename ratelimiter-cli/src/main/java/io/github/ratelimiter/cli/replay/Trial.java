package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;

/** The replay of one policy, with its own limiter and store. */
final class Trial implements AutoCloseable {
  private final Policy policy;
  private final LocalStateStore store;
  private final RateLimiter limiter;
  private final Peak peak = new Peak();
  private long allowed;
  private long refused;

  Trial(Policy policy, TimeSource clock, long maximumKeys) {
    this.policy = policy;
    this.store = LocalStateStore.builder().maximumKeys(maximumKeys).timeSource(clock).build();
    this.limiter = RateLimiter.builder().policy(policy).store(store).timeSource(clock).build();
  }

  /** Decides a request. The clock must already show the time of the request. */
  boolean tryAcquire(String key, long seconds) {
    boolean isAllowed = limiter.tryAcquire(key).allowed();
    allowed += isAllowed ? 1 : 0;
    refused += isAllowed ? 0 : 1;
    peak.add(seconds, !isAllowed);
    return isAllowed;
  }

  /** Returns the policy as text. */
  String policy() {
    return policy.text();
  }

  long allowed() {
    return allowed;
  }

  long refused() {
    return refused;
  }

  /** Returns the minute with the most refusals. */
  Peak.Worst peak() {
    return peak.worst();
  }

  /** Returns the number of keys that were evicted before all their permits were available. */
  long evictions() {
    return store.evictions();
  }

  @Override
  public void close() {
    store.close();
  }
}
