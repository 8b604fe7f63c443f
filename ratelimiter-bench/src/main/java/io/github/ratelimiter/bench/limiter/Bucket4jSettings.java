package io.github.ratelimiter.bench.limiter;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;

/** The settings of Bucket4j that several contenders share. */
public final class Bucket4jSettings {
  /** More permits than a hot key uses in one delay. */
  private static final long MAX_UNREPORTED = 10_000_000;

  private Bucket4jSettings() {}

  /** Returns a quota as a limit of Bucket4j. */
  public static Bandwidth bandwidth(Quota quota) {
    return Bandwidth.builder()
        .capacity(quota.burst())
        .refillGreedy(quota.limit(), quota.period())
        .build();
  }

  /** Returns the configuration of a remote bucket. */
  public static BucketConfiguration configuration(Quota quota) {
    return BucketConfiguration.builder().addLimit(bandwidth(quota)).build();
  }

  /** Returns the optimization that spends permits first and reports them every 100 ms. */
  public static Optimization delaying() {
    return Optimizations.delaying(new DelayParameters(MAX_UNREPORTED, RedisLimiters.LEASE));
  }
}
