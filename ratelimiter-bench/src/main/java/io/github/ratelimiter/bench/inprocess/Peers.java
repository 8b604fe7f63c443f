package io.github.ratelimiter.bench.inprocess;

import io.github.bucket4j.Bucket;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the limiters of other libraries, each for one key. */
final class Peers {
  private Peers() {}

  /** Guava, which has no burst. */
  static com.google.common.util.concurrent.RateLimiter guava(Quota quota) {
    double perSecond = (double) quota.limitWithoutBurst() / quota.period().toSeconds();
    return com.google.common.util.concurrent.RateLimiter.create(perSecond);
  }

  /** Resilience4j, which has no burst; refuses without waiting. */
  static io.github.resilience4j.ratelimiter.RateLimiter resilience4j(Quota quota) {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(quota.limitWithoutBurst())
            .limitRefreshPeriod(quota.period())
            .timeoutDuration(Duration.ZERO)
            .build();
    return io.github.resilience4j.ratelimiter.RateLimiter.of("limiter", config);
  }

  /** Bucket4j with its default clock, which has milliseconds. */
  static Bucket bucket4j(Quota quota) {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(quota.burst()).refillGreedy(quota.limit(), quota.period()))
        .build();
  }

  /** Failsafe, counting in windows. */
  static dev.failsafe.RateLimiter<Object> failsafeBursty(Quota quota) {
    return dev.failsafe.RateLimiter.burstyBuilder(quota.limitWithoutBurst(), quota.period())
        .build();
  }

  /** Failsafe, with permits at even intervals. */
  static dev.failsafe.RateLimiter<Object> failsafeSmooth(Quota quota) {
    return dev.failsafe.RateLimiter.smoothBuilder(quota.limitWithoutBurst(), quota.period())
        .build();
  }

  /** The least that a precise decision needs: a read of the clock, and one swap. */
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
