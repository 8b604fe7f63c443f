package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;

/** One policy, tried on the log with a limiter and a store of its own. */
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

  /** Whether a request of a key is allowed at a time, which the clock shows already. */
  boolean allows(String key, long seconds) {
    boolean allows = limiter.tryAcquire(key).allowed();
    allowed += allows ? 1 : 0;
    refused += allows ? 0 : 1;
    peak.add(seconds, !allows);
    return allows;
  }

  /** The policy, as text. */
  String policy() {
    return policy.text();
  }

  long allowed() {
    return allowed;
  }

  long refused() {
    return refused;
  }

  /** The minute with the most refusals. */
  Peak.Worst peak() {
    return peak.worst();
  }

  /** How many keys were forgotten while they still mattered, for want of room. */
  long forgotten() {
    return store.evictions();
  }

  @Override
  public void close() {
    store.close();
  }
}
