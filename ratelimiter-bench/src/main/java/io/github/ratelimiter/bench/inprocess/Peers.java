package io.github.ratelimiter.bench.inprocess;

import io.github.bucket4j.Bucket;
import io.github.ratelimiter.bench.limiter.Bucket4jSettings;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Creates the limiters of other libraries, each for one key. */
final class Peers {
  private Peers() {}

  /** Guava. It has no burst. */
  static com.google.common.util.concurrent.RateLimiter guava(Quota quota) {
    double perSecond = (double) quota.limitWithoutBurst() / quota.period().toSeconds();
    return com.google.common.util.concurrent.RateLimiter.create(perSecond);
  }

  /** Resilience4j. It has no burst. Refuses without waiting. */
  static io.github.resilience4j.ratelimiter.RateLimiter resilience4j(Quota quota) {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(quota.limitWithoutBurst())
            .limitRefreshPeriod(quota.period())
            .timeoutDuration(Duration.ZERO)
            .build();
    return io.github.resilience4j.ratelimiter.RateLimiter.of("limiter", config);
  }

  /** Bucket4j with its default clock, which counts milliseconds. */
  static Bucket bucket4j(Quota quota) {
    return Bucket.builder().addLimit(Bucket4jSettings.bandwidth(quota)).build();
  }

  /** Failsafe with windows. */
  static dev.failsafe.RateLimiter<Object> failsafeBursty(Quota quota) {
    return dev.failsafe.RateLimiter.burstyBuilder(quota.limitWithoutBurst(), quota.period())
        .build();
  }

  /** Failsafe, with permits at even intervals. */
  static dev.failsafe.RateLimiter<Object> failsafeSmooth(Quota quota) {
    return dev.failsafe.RateLimiter.smoothBuilder(quota.limitWithoutBurst(), quota.period())
        .build();
  }

  /** The lower bound of a decision with a precise clock: reads it and swaps one long. */
  static final class Floor {
    private final AtomicLong state = new AtomicLong();
    private final long cost;
    private final long burst;

    Floor(Quota quota) {
      this.cost = quota.period().toNanos() / quota.limit();
      this.burst = cost * quota.burst();
    }

    boolean tryAcquire() {
      long now = System.nanoTime();
      while (true) {
        long before = state.get();
        long after = Math.max(before, now) + cost;
        if (after - now > burst) {
          return false;
        }
        if (state.compareAndSet(before, after)) {
          return true;
        }
      }
    }
  }
}
