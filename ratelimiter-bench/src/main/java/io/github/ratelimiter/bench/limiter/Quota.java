package io.github.ratelimiter.bench.limiter;

import java.time.Duration;

/** The limit of each key in a benchmark. Each contender gets as much of it as it can express. */
public enum Quota {
  /** Every call is allowed: no key uses up its burst while it is measured. */
  ALLOWED(10, Duration.ofSeconds(1), 10_000_000_000L, 1_000_000_000),

  /** Every call but the first of a key is refused. */
  REFUSED(1, Duration.ofDays(1), 1, 1),

  /** Every call is allowed, and Redis keeps the state of a key longer than a benchmark runs. */
  SHARED_ALLOWED(1_000, Duration.ofHours(1), 300_000_000, 300_000_000),

  /** Every call but the first of a key is refused, for an hour. */
  SHARED_REFUSED(1, Duration.ofHours(1), 1, 1),

  /** Ten calls of a key are allowed in an hour, for tests. */
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

  /** Returns the permits that are refilled in a period. */
  public long limit() {
    return limit;
  }

  /** Returns the period of the limit. */
  public Duration period() {
    return period;
  }

  /** Returns the permits that can be taken at once. */
  public long burst() {
    return burst;
  }

  /** Returns the limit for a period of contenders that have no burst. */
  public int limitWithoutBurst() {
    return limitWithoutBurst;
  }
}
