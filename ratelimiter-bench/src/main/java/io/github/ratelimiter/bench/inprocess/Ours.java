package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.local.LocalStateStore;
import java.time.Duration;
import java.util.concurrent.Executors;

/** This project's limiter, as the benchmarks use it. */
final class Ours {
  /**
   * Permits taken from each key beforehand, if it has them: its state is then worth keeping for a
   * quarter of an hour, and the store does not drop what nobody needs to remember.
   */
  private static final long TAKEN_BEFORE = 10_000;

  private Ours() {}

  /** A limiter that holds all keys. */
  static RateLimiter limiter(Load load, TimeSource clock, String... keys) {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy(Policy.of("bench", new TokenBucket(load.limit, load.period, load.burst)))
            .store(
                LocalStateStore.builder()
                    .maximumKeys(Contender.MAXIMUM_KEYS)
                    .timeSource(clock)
                    .build())
            .build();
    for (String key : keys) {
      var unused = limiter.tryAcquire(key, Math.min(TAKEN_BEFORE, load.burst));
    }
    return limiter;
  }

  /** The clock that is read every millisecond, by a daemon thread. */
  static TimeSource coarseClock() {
    return TimeSource.coarse(
        Duration.ofMillis(1),
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "coarse-clock");
              thread.setDaemon(true);
              return thread;
            }));
  }
}
