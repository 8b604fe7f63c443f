package io.github.ratelimiter.bench.limiter;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.RateLimiterBuilder;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.redis.RedisStateStoreBuilder;
import io.github.ratelimiter.redis.Unbatched;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;

/** Makes the limiters of this library for all benchmarks. */
public final class Ours {
  /** The number of keys that a bounded contender holds, and the largest number measured. */
  public static final int MAXIMUM_KEYS = 1_000_000;

  /** The length of a lease unless a command says otherwise. */
  public static final Duration LEASE = Duration.ofMillis(100);

  /**
   * Permits taken from each key beforehand. Its bucket then takes a quarter of an hour to refill,
   * and the store does not remove it while it is measured.
   */
  private static final long TAKEN_BEFORE = 10_000;

  private Ours() {}

  private static Policy policy(Quota quota) {
    TokenBucket limit = new TokenBucket(quota.limit(), quota.period(), quota.burst());
    return Policy.of("bench", limit);
  }

  // --- in this process -------------------------------------------------------------------------

  /** Returns a limiter that holds all keys in the process. */
  public static RateLimiter local(Quota quota, TimeSource clock, String... keys) {
    StateStore store =
        LocalStateStore.builder().maximumKeys(MAXIMUM_KEYS).timeSource(clock).build();
    RateLimiter limiter = RateLimiter.of(policy(quota), store);
    for (String key : keys) {
      var unused = limiter.tryAcquire(key, Math.min(TAKEN_BEFORE, quota.burst()));
    }
    return limiter;
  }

  /** Returns a limiter on a store that answers at once and is called as one behind a network. */
  public static RateLimiter remote(Quota quota) {
    return RateLimiter.of(policy(quota), new Remote(TimeSource.system()));
  }

  /** Returns a limiter with an admission cache in front of such a store. */
  public static RateLimiter cached(Quota quota, TimeSource clock) {
    StateStore cache =
        AdmissionCache.around(new Remote(clock)).timeSource(clock).lease(LEASE).build();
    return RateLimiter.of(policy(quota), cache);
  }

  /** Returns the clock that a daemon thread reads every millisecond. */
  public static TimeSource coarseClock() {
    return TimeSource.coarse(
        Duration.ofMillis(1),
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "coarse-clock");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /** Has only the form that answers with a future, as a store behind a network. */
  private static final class Remote implements StateStore {
    private final StateStore store;

    Remote(TimeSource clock) {
      this.store = LocalStateStore.builder().timeSource(clock).build();
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return store.decide(request, deadline);
    }
  }

  // --- on Redis --------------------------------------------------------------------------------

  /** Returns a limiter on Redis that completes futures on the thread that has the answer. */
  public static SharedLimiter<Decision> direct(String uri, Quota quota) {
    return direct(uri, policy(quota));
  }

  /** Returns such a limiter with a policy. */
  public static SharedLimiter<Decision> direct(String uri, Policy policy) {
    RedisStateStore store = redis(uri).build();
    return new OnRedis(store, store, limiter(policy, store).completeDirectly());
  }

  /** Returns a limiter on Redis with the defaults: futures complete on its executor. */
  public static SharedLimiter<Decision> onExecutor(String uri, Quota quota) {
    RedisStateStore store = redis(uri).build();
    return new OnRedis(store, store, limiter(policy(quota), store));
  }

  /** Returns a limiter on Redis that calls a script for each decision. */
  public static SharedLimiter<Decision> plain(String uri, Quota quota) {
    RedisStateStore store = Unbatched.of(redis(uri)).build();
    return new OnRedis(store, store, limiter(policy(quota), store).completeDirectly());
  }

  /** Returns a limiter with an admission cache in front of Redis. */
  public static SharedLimiter<Decision> cached(String uri, Quota quota) {
    return cached(uri, policy(quota), LEASE);
  }

  /** Returns such a limiter with a policy. */
  public static SharedLimiter<Decision> cached(String uri, Policy policy, Duration lease) {
    RedisStateStore store = redis(uri).build();
    StateStore cache = AdmissionCache.around(store).lease(lease).build();
    return new OnRedis(store, cache, limiter(policy, cache).completeDirectly());
  }

  private static RedisStateStoreBuilder redis(String uri) {
    return RedisStateStore.builder(uri).timeout(Server.PATIENCE).requireConnection();
  }

  private static RateLimiterBuilder limiter(Policy policy, StateStore store) {
    return RateLimiter.builder().policy(policy).store(store);
  }

  private static final class OnRedis implements SharedLimiter<Decision> {
    private final StateStore store;
    private final StateStore first;
    private final RateLimiter limiter;

    OnRedis(StateStore store, StateStore first, RateLimiterBuilder limiter) {
      this.store = store;
      this.first = first;
      this.limiter = limiter.build();
    }

    @Override
    public Decision tryAcquire(String key) {
      return limiter.tryAcquire(key);
    }

    @Override
    public CompletionStage<Decision> tryAcquireAsync(String key) {
      return limiter.async().tryAcquire(key);
    }

    @Override
    public Answer answer(Decision decision) {
      return Answer.of(decision);
    }

    /** Closes the cache first: it returns its leases. */
    @Override
    public void close() {
      first.close();
      store.close();
    }
  }
}
