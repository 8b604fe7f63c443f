package io.github.ratelimiter.bench.inprocess;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.Ours;
import io.github.ratelimiter.bench.limiter.Quota;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The limiters in a process. A library that limits one thing gets keys as a careful user would add
 * them: a {@link ConcurrentHashMap}, read before {@code computeIfAbsent} so that a hit locks
 * nothing.
 */
public enum LocalContender {
  /** This library: bounded, with the precise clock. */
  OURS((quota, keys) -> ours(Ours.local(quota, TimeSource.system(), keys))),

  /** This library: bounded, with the clock that is read every millisecond. */
  OURS_COARSE_CLOCK((quota, keys) -> ours(Ours.local(quota, Ours.coarseClock(), keys))),

  /** A read of the clock, and nothing else. */
  NANO_TIME((quota, keys) -> key -> System.nanoTime() != 0),

  /** The floor of a keyed decision with a precise clock: clock, look-up, one swap. */
  FLOOR((quota, keys) -> keyed(key -> new Peers.Floor(quota), Peers.Floor::tryAcquire, keys)),

  /** Guava, which has no burst. */
  GUAVA((quota, keys) -> keyed(key -> Peers.guava(quota), limiter -> limiter.tryAcquire(), keys)),

  /** Resilience4j, which has no burst; refuses without waiting. */
  RESILIENCE4J(
      (quota, keys) ->
          keyed(key -> Peers.resilience4j(quota), limiter -> limiter.acquirePermission(), keys)),

  /** Bucket4j with its default clock, which has milliseconds. */
  BUCKET4J(
      (quota, keys) -> keyed(key -> Peers.bucket4j(quota), bucket -> bucket.tryConsume(1), keys)),

  /** Bucket4j, bounded: in a Caffeine cache with a maximum size and no expiry. */
  BUCKET4J_IN_CAFFEINE(
      (quota, keys) -> {
        Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(Ours.MAXIMUM_KEYS).<String, Bucket>build();
        return holding(keys, key -> buckets.get(key, k -> Peers.bucket4j(quota)).tryConsume(1));
      }),

  /** Failsafe, counting in windows. */
  FAILSAFE_BURSTY(
      (quota, keys) ->
          keyed(key -> Peers.failsafeBursty(quota), limiter -> limiter.tryAcquirePermit(), keys)),

  /** Failsafe, with permits at even intervals. */
  FAILSAFE_SMOOTH(
      (quota, keys) ->
          keyed(key -> Peers.failsafeSmooth(quota), limiter -> limiter.tryAcquirePermit(), keys));

  private final BiFunction<Quota, String[], KeyedLimiter> create;

  LocalContender(BiFunction<Quota, String[], KeyedLimiter> create) {
    this.create = create;
  }

  /** Returns a limiter that has decided once for each key, and holds all of them. */
  KeyedLimiter create(Quota quota, String... keys) {
    return create.apply(quota, keys);
  }

  private static KeyedLimiter ours(RateLimiter limiter) {
    return key -> limiter.tryAcquire(key).allowed();
  }

  private static <L> KeyedLimiter keyed(
      Function<String, L> make, Predicate<L> tryAcquire, String... keys) {
    ConcurrentHashMap<String, L> limiters = new ConcurrentHashMap<>();
    return holding(
        keys,
        key -> {
          L limiter = limiters.get(key);
          if (limiter == null) {
            limiter = limiters.computeIfAbsent(key, make);
          }
          return tryAcquire.test(limiter);
        });
  }

  private static KeyedLimiter holding(String[] keys, KeyedLimiter limiter) {
    for (String key : keys) {
      limiter.tryAcquire(key);
    }
    return limiter;
  }
}
