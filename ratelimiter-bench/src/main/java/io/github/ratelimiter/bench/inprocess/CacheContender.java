package io.github.ratelimiter.bench.inprocess;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.Bucket4jSettings;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The caches that save calls to a shared store. Only the cache is measured: the store is a stand-in
 * in this process, which answers immediately.
 */
public enum CacheContender {
  /** The admission cache of this library, with leases of 100 ms. */
  OURS(quota -> keyed(LocalLimiters.cached(quota, TimeSource.system()))),

  /** The same, with a coarse clock of one millisecond. */
  OURS_COARSE_CLOCK(quota -> keyed(LocalLimiters.cached(quota, LocalLimiters.coarseClock()))),

  /** The in-process store of this library, for comparison. It shares nothing. */
  IN_PROCESS(quota -> keyed(LocalLimiters.local(quota, TimeSource.system()))),

  /** Bucket4j's {@code delaying()}: spends permits first and reports them every 100 ms. */
  BUCKET4J_DELAYING(CacheContender::delaying),

  /**
   * A map from blocked keys to the time at which they are allowed again, as in the Upstash client.
   * It saves calls only for refused requests.
   */
  BLOCKED_UNTIL(CacheContender::blockedUntil);

  private final Function<Quota, KeyedLimiter> create;

  CacheContender(Function<Quota, KeyedLimiter> create) {
    this.create = create;
  }

  /** Creates a limiter. */
  KeyedLimiter create(Quota quota) {
    return create.apply(quota);
  }

  private static KeyedLimiter keyed(RateLimiter limiter) {
    return key -> limiter.tryAcquire(key).allowed();
  }

  private static KeyedLimiter delaying(Quota quota) {
    InMemoryProxyManager remote = new InMemoryProxyManager();
    BucketConfiguration configuration = Bucket4jSettings.configuration(quota);
    Optimization delaying = Bucket4jSettings.delaying();
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
    RateLimiter limiter = LocalLimiters.remote(quota);
    Map<String, Long> blocked = new ConcurrentHashMap<>();
    return key -> {
      Long allowedAt = blocked.get(key);
      if (allowedAt != null && allowedAt > System.currentTimeMillis()) {
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
