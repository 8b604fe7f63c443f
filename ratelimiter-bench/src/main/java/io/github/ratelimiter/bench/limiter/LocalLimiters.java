package io.github.ratelimiter.bench.limiter;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;

/** Creates limiters of this library with all state in this process. */
public final class LocalLimiters {
  /** The maximum number of keys of a bounded contender, and the largest number measured. */
  public static final int MAXIMUM_KEYS = 1_000_000;

  /**
   * Permits taken from each key before the measurement. The bucket then needs a quarter of an hour
   * to refill, so the store does not remove the key during the measurement.
   */
  private static final long TAKEN_BEFORE = 10_000;

  private LocalLimiters() {}

  /** Returns a limiter with the in-process store, which contains the keys already. */
  public static RateLimiter local(Quota quota, TimeSource clock, String... keys) {
    StateStore store =
        LocalStateStore.builder().maximumKeys(MAXIMUM_KEYS).timeSource(clock).build();
    RateLimiter limiter = RateLimiter.of(quota.policy(), store);
    for (String key : keys) {
      var unused = limiter.tryAcquire(key, Math.min(TAKEN_BEFORE, quota.burst()));
    }
    return limiter;
  }

  /** Returns a limiter with a stand-in for a remote store. */
  public static RateLimiter remote(Quota quota) {
    return RateLimiter.of(quota.policy(), new RemoteStore(TimeSource.system()));
  }

  /** Returns a limiter with an admission cache and a stand-in for a remote store. */
  public static RateLimiter cached(Quota quota, TimeSource clock) {
    StateStore cache =
        AdmissionCache.around(new RemoteStore(clock))
            .timeSource(clock)
            .lease(RedisLimiters.LEASE)
            .build();
    return RateLimiter.of(quota.policy(), cache);
  }

  /** Returns a coarse clock. A daemon thread updates it every millisecond. */
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

  /** Answers immediately, but only with a future, like a store behind a network. */
  private static final class RemoteStore implements StateStore {
    private final StateStore store;

    RemoteStore(TimeSource clock) {
      this.store = LocalStateStore.builder().timeSource(clock).build();
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return store.decide(request, deadline);
    }
  }
}
