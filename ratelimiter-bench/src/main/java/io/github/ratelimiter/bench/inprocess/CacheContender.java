package io.github.ratelimiter.bench.inprocess;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who spares calls to a shared store, and how. The store is a stand-in in the memory of this
 * process that answers at once: what is measured is what stands before it.
 */
public enum CacheContender {
  /** This project's admission cache: permits paid for first, leases of 100 ms. */
  OURS {
    @Override
    KeyedLimiter create(Load load) {
      return ours(load, TimeSource.system());
    }
  },

  /** The same, on the clock that is read every millisecond. */
  OURS_COARSE_CLOCK {
    @Override
    KeyedLimiter create(Load load) {
      return ours(load, Ours.coarseClock());
    }
  },

  /** This project's store in the process, for comparison: nothing is shared. */
  IN_PROCESS {
    @Override
    KeyedLimiter create(Load load) {
      RateLimiter limiter = RateLimiter.of(policy(load), local(TimeSource.system()));
      return key -> limiter.tryAcquire(key).allowed();
    }
  },

  /** Bucket4j's {@code delaying()}: permits spent first and told afterwards, every 100 ms. */
  BUCKET4J_DELAYING {
    @Override
    KeyedLimiter create(Load load) {
      InMemoryProxyManager remote = new InMemoryProxyManager();
      BucketConfiguration configuration =
          BucketConfiguration.builder()
              .addLimit(limit -> limit.capacity(load.burst).refillGreedy(load.limit, load.period))
              .build();
      DelayParameters delay = new DelayParameters(UNTOLD, LEASE);
      Map<String, BucketProxy> proxies = new ConcurrentHashMap<>();
      return key -> {
        BucketProxy proxy = proxies.get(key);
        if (proxy == null) {
          proxy =
              proxies.computeIfAbsent(
                  key,
                  k ->
                      remote
                          .builder()
                          .withOptimization(Optimizations.delaying(delay))
                          .build(k, () -> configuration));
        }
        return proxy.tryConsume(1);
      };
    }
  },

  /**
   * A map of keys that are blocked until an instant, before the store, as Upstash's client keeps
   * one: it spares refused calls alone.
   */
  BLOCKED_UNTIL {
    @Override
    KeyedLimiter create(Load load) {
      RateLimiter limiter = RateLimiter.of(policy(load), new Remote(TimeSource.system()));
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
  };

  private static final Duration LEASE = Duration.ofMillis(100);

  /** So many permits may be untold: what a hot key is asked for in 100 ms, and more. */
  private static final long UNTOLD = 10_000_000;

  /** A limiter for any keys. */
  abstract KeyedLimiter create(Load load);

  private static Policy policy(Load load) {
    return Policy.of("bench", new TokenBucket(load.limit, load.period, load.burst));
  }

  private static LocalStateStore local(TimeSource clock) {
    return LocalStateStore.builder().timeSource(clock).build();
  }

  private static KeyedLimiter ours(Load load, TimeSource clock) {
    StateStore cache =
        AdmissionCache.around(new Remote(clock)).timeSource(clock).lease(LEASE).build();
    RateLimiter limiter = RateLimiter.of(policy(load), cache);
    return key -> limiter.tryAcquire(key).allowed();
  }

  /** A store that never answers without being waited for, as one behind a network. */
  private static final class Remote implements StateStore {
    private final StateStore store;

    Remote(TimeSource clock) {
      this.store = local(clock);
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return store.decide(request, deadline);
    }
  }
}
