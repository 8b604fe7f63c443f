package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Limiters of one key, without a map of keys. */
public enum OneKeyContender {
  /** This library: {@code limiter.forKey(key)}, with a precise clock. */
  OURS(quota -> forKey(quota, TimeSource.system())),

  /** The same, with a coarse clock of one millisecond. */
  OURS_COARSE_CLOCK(quota -> forKey(quota, LocalLimiters.coarseClock())),

  /** This library: {@code limiter.tryAcquire(key)}, which looks up the key. */
  OURS_KEYED(OneKeyContender::keyed),

  /** The lower bound for a precise clock: reads it and swaps one long. */
  FLOOR(
      quota -> {
        Peers.Floor floor = new Peers.Floor(quota);
        return floor::tryAcquire;
      }),

  /** The lower bound with a look-up of the key. */
  FLOOR_KEYED(OneKeyContender::floorKeyed),

  /** Guava. It has no burst. */
  GUAVA(
      quota -> {
        var limiter = Peers.guava(quota);
        return () -> limiter.tryAcquire();
      }),

  /** Resilience4j. It has no burst. */
  RESILIENCE4J(
      quota -> {
        var limiter = Peers.resilience4j(quota);
        return () -> limiter.acquirePermission();
      }),

  /** Bucket4j with its default clock, which counts milliseconds. */
  BUCKET4J(
      quota -> {
        var bucket = Peers.bucket4j(quota);
        return () -> bucket.tryConsume(1);
      }),

  /** Failsafe with windows. */
  FAILSAFE_BURSTY(
      quota -> {
        var limiter = Peers.failsafeBursty(quota);
        return () -> limiter.tryAcquirePermit();
      }),

  /** Failsafe, with permits at even intervals. */
  FAILSAFE_SMOOTH(
      quota -> {
        var limiter = Peers.failsafeSmooth(quota);
        return () -> limiter.tryAcquirePermit();
      });

  private static final String KEY = "global";

  private final Function<Quota, BooleanSupplier> create;

  OneKeyContender(Function<Quota, BooleanSupplier> create) {
    this.create = create;
  }

  /** Creates a limiter and makes one request. */
  BooleanSupplier create(Quota quota) {
    BooleanSupplier limiter = create.apply(quota);
    var unused = limiter.getAsBoolean();
    return limiter;
  }

  private static BooleanSupplier forKey(Quota quota, TimeSource clock) {
    KeyLimiter limiter = LocalLimiters.local(quota, clock, KEY).forKey(KEY);
    return () -> limiter.tryAcquire().allowed();
  }

  private static BooleanSupplier floorKeyed(Quota quota) {
    KeyedLimiter floor = LocalContender.FLOOR.create(quota, KEY);
    return () -> floor.tryAcquire(KEY);
  }

  private static BooleanSupplier keyed(Quota quota) {
    RateLimiter limiter = LocalLimiters.local(quota, TimeSource.system(), KEY);
    return () -> limiter.tryAcquire(KEY).allowed();
  }
}
