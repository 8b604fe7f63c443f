package io.github.ratelimiter.bench.redis;

import java.time.Duration;

/**
 * What each key may do.
 *
 * @param burst at once; the whole limit of contenders that know no burst
 * @param perHour refilled
 */
record Quota(long burst, long perHour) {
  static final Duration HOUR = Duration.ofHours(1);

  /** Nothing is refused, and what is stored stays worth keeping while the benchmark runs. */
  static final Quota NEVER_REFUSED = new Quota(300_000_000, 1_000);

  /** After the first, everything is refused. */
  static final Quota REFUSED = new Quota(1, 1);
}
