package io.github.ratelimiter.bench.inprocess;

import java.time.Duration;

/** What limits do to the calls of a benchmark; each contender gets what it can be told of them. */
public enum Load {
  /** Every call is allowed: no hot key comes to the end of its burst while it is measured. */
  ALLOWED(10, Duration.ofSeconds(1), 10_000_000_000L, 1_000_000_000),

  /** Every call but a key's first is refused. */
  REFUSED(1, Duration.ofDays(1), 1, 1);

  /** Permits that come back in a period. */
  final long limit;

  final Duration period;

  /** Permits that can be taken at once. */
  final long burst;

  /** What a contender that knows no burst of its own is told instead of {@link #limit}. */
  final int limitWithoutBurst;

  Load(long limit, Duration period, long burst, int limitWithoutBurst) {
    this.limit = limit;
    this.period = period;
    this.burst = burst;
    this.limitWithoutBurst = limitWithoutBurst;
  }
}
