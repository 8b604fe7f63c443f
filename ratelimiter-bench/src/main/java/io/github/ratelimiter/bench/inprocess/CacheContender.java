package io.github.ratelimiter.bench.inprocess;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.Ours;
import io.github.ratelimiter.bench.limiter.Quota;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The caches that save calls to a shared store. The store is a stand-in in the memory of this
 * process that answers at once: the cache in front of it is measured.
 */
public enum CacheContender {
  /** The admission cache of this library, with leases of 100 ms. */
  OURS(quota -> ours(Ours.cached(quota, TimeSource.system()))),

  /** The same, with the clock that is read every millisecond. */
  OURS_COARSE_CLOCK(quota -> ours(Ours.cached(quota, Ours.coarseClock()))),

  /** The in-process store of this library, for comparison: nothing is shared. */
  IN_PROCESS(quota -> ours(Ours.local(quota, TimeSource.system()))),

  /** Bucket4j's {@code delaying()}: spends permits first and reports them every 100 ms. */
  BUCKET4J_DELAYING(CacheContender::delaying),

  /**
   * A map from blocked keys to the instant at which each is free again, in front of the store, as
   * Upstash's client has one. It saves refused calls only.
   */
  BLOCKED_UNTIL(CacheContender::blockedUntil);

  private final Function<Quota, KeyedLimiter> create;

  CacheContender(Function<Quota, KeyedLimiter> create) {
    this.create = create;
  }

  /** Returns a limiter for any keys. */
  KeyedLimiter create(Quota quota) {
    return create.apply(quota);
  }

  private static KeyedLimiter ours(RateLimiter limiter) {
    return key -> limiter.tryAcquire(key).allowed();
  }

  private static KeyedLimiter delaying(Quota quota) {
    InMemoryProxyManager remote = new InMemoryProxyManager();
    BucketConfiguration configuration =
        BucketConfiguration.builder()
            .addLimit(
                limit -> limit.capacity(quota.burst()).refillGreedy(quota.limit(), quota.period()))
            .build();
    // More permits than a hot key gets in 100 ms may be unreported.
    Optimization delaying = Optimizations.delaying(new DelayParameters(10_000_000, Ours.LEASE));
    Map<String, BucketProxy> proxies = new ConcurrentHashMap<>();
    return key -> {
      BucketProxy proxy = proxies.get(key);
      if (proxy == null) {
        proxy =
            proxies.computeIfAbsent(
                key,
                k -> remote.builder().withOptimization(delaying).build(k, () -> configuration));
      }
      return proxy.tryConsume(1);
    };
  }

  private static KeyedLimiter blockedUntil(Quota quota) {
    RateLimiter limiter = Ours.remote(quota);
    Map<String, Long> blocked = new ConcurrentHashMap<>();
    return key -> {
      Long until = blocked.get(key);
      if (until != null && until > System.currentTimeMillis()) {
        return false;
      }
      Decision decision = limiter.tryAcquire(key);
      if (!decision.allowed()) {
        blocked.put(key, System.currentTimeMillis() + decision.retryAfterMicros() / 1_000);
      }
      return decision.allowed();
    };
  }
}
