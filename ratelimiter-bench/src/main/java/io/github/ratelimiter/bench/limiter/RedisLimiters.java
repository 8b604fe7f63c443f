package io.github.ratelimiter.bench.limiter;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.RateLimiterBuilder;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.redis.RedisStateStoreBuilder;
import io.github.ratelimiter.redis.Unbatched;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Creates limiters of this library with their state in Redis. */
public final class RedisLimiters {
  /** The default length of a lease. */
  public static final Duration LEASE = Duration.ofMillis(100);

  private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long BETWEEN_ATTEMPTS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private RedisLimiters() {}

  /** Returns a limiter that completes futures on the thread that receives the reply. */
  public static SharedLimiter<Decision> direct(String uri, Quota quota) {
    return direct(uri, quota.policy());
  }

  /** Does the same as {@link #direct(String, Quota)} for any policy. */
  public static SharedLimiter<Decision> direct(String uri, Policy policy) {
    RedisStateStore store = connect(redis(uri));
    return new StoreLimiter(store, limiter(policy, store).completeDirectly());
  }

  /** Returns a limiter with the default settings, which complete futures on an executor. */
  public static SharedLimiter<Decision> onExecutor(String uri, Quota quota) {
    RedisStateStore store = connect(redis(uri));
    return new StoreLimiter(store, limiter(quota.policy(), store));
  }

  /** Returns a limiter that makes one script call for each request. */
  public static SharedLimiter<Decision> unbatched(String uri, Quota quota) {
    RedisStateStore store = connect(Unbatched.of(redis(uri)));
    return new StoreLimiter(store, limiter(quota.policy(), store).completeDirectly());
  }

  /** Returns a limiter with an admission cache in front of Redis. */
  public static SharedLimiter<Decision> cached(String uri, Quota quota) {
    return cached(uri, quota.policy(), LEASE);
  }

  /** Does the same as {@link #cached(String, Quota)} for any policy and length of leases. */
  public static SharedLimiter<Decision> cached(String uri, Policy policy, Duration lease) {
    RedisStateStore store = connect(redis(uri));
    return new StoreLimiter(
        store,
        limiter(policy, store)
            .wrap(inner -> AdmissionCache.around(inner).lease(lease).build())
            .completeDirectly());
  }

  /** Returns a limiter with the default settings on a connection of its own. Close its store. */
  public static RateLimiter plain(String uri, Quota quota) {
    return limiter(quota.policy(), connect(redis(uri))).build();
  }

  private static RedisStateStoreBuilder redis(String uri) {
    return RedisStateStore.builder(uri).timeout(Server.TIMEOUT);
  }

  /**
   * Builds a store that is connected. If necessary, it tries several times: a machine that starts
   * many processes is busy.
   *
   * @throws StoreUnavailableException if a minute was not enough
   */
  public static RedisStateStore connect(RedisStateStoreBuilder builder) {
    long start = System.nanoTime();
    while (true) {
      try {
        return builder.requireConnection().build();
      } catch (StoreUnavailableException e) {
        if (System.nanoTime() - start > CONNECT_TIMEOUT_NANOS) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_ATTEMPTS_NANOS);
      }
    }
  }

  private static RateLimiterBuilder limiter(Policy policy, StateStore store) {
    return RateLimiter.builder().policy(policy).store(store);
  }
}
