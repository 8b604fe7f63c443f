package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/** Limiters of one key, without a map of keys. */
public enum OneKeyContender {
  /** This library: {@code limiter.forKey(key)}, with a precise clock. */
  OURS(quota -> forKey(quota, TimeSource.system())),

  /** The same, with a coarse clock of one millisecond. */
  OURS_COARSE_CLOCK(quota -> forKey(quota, LocalLimiters.coarseClock())),

  /** This library: {@code limiter.tryAcquire(key)}, which looks up the key. */
  OURS_KEYED(OneKeyContender::keyed),

  /** The lower bound for a precise clock: reads it and swaps one long. */
  FLOOR(one(Peers.Floor::new, Peers.Floor::tryAcquire)),

  /** The lower bound with a look-up of the key. */
  FLOOR_KEYED(OneKeyContender::floorKeyed),

  /** Guava. It has no burst. */
  GUAVA(one(Peers::guava, limiter -> limiter.tryAcquire())),

  /** Resilience4j. It has no burst. */
  RESILIENCE4J(one(Peers::resilience4j, limiter -> limiter.acquirePermission())),

  /** Bucket4j with its default clock, which counts milliseconds. */
  BUCKET4J(one(Peers::bucket4j, bucket -> bucket.tryConsume(1))),

  /** Failsafe with windows. */
  FAILSAFE_BURSTY(one(Peers::failsafeBursty, limiter -> limiter.tryAcquirePermit())),

  /** Failsafe, with permits at even intervals. */
  FAILSAFE_SMOOTH(one(Peers::failsafeSmooth, limiter -> limiter.tryAcquirePermit()));

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

  private static <L> Function<Quota, BooleanSupplier> one(
      Function<Quota, L> create, Predicate<L> tryAcquire) {
    return quota -> {
      L limiter = create.apply(quota);
      return () -> tryAcquire.test(limiter);
    };
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
