package io.github.ratelimiter.bench.limiter;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TokenBucket;
import java.time.Duration;

/** The limit of each key in a benchmark. */
public enum Quota {
  /** Every request is allowed: the burst lasts longer than the benchmark. */
  ALLOWED(10, Duration.ofSeconds(1), 10_000_000_000L, 1_000_000_000),

  /** Only the first request of a key is allowed. */
  REFUSED(1, Duration.ofDays(1), 1, 1),

  /** Every request is allowed, and Redis keeps the state of a key during the whole benchmark. */
  SHARED_ALLOWED(1_000, Duration.ofHours(1), 300_000_000, 300_000_000),

  /** Only the first request of a key in an hour is allowed. */
  SHARED_REFUSED(1, Duration.ofHours(1), 1, 1),

  /** Ten requests of a key in an hour are allowed, for tests. */
  SHARED_TEN(1, Duration.ofHours(1), 10, 10);

  private final long limit;
  private final Duration period;
  private final long burst;
  private final int limitWithoutBurst;

  Quota(long limit, Duration period, long burst, int limitWithoutBurst) {
    this.limit = limit;
    this.period = period;
    this.burst = burst;
    this.limitWithoutBurst = limitWithoutBurst;
  }

  /** Returns the permits that are refilled per period. */
  public long limit() {
    return limit;
  }

  /** Returns the period. */
  public Duration period() {
    return period;
  }

  /** Returns the burst of contenders that have one. */
  public long burst() {
    return burst;
  }

  /** Returns the permits per period for contenders without a burst. */
  public int limitWithoutBurst() {
    return limitWithoutBurst;
  }

  /** Returns the policy of this library for the limit. */
  Policy policy() {
    return Policy.of("bench", new TokenBucket(limit, period, burst));
  }
}
