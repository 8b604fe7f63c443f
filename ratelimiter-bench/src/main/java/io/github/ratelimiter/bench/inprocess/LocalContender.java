package io.github.ratelimiter.bench.inprocess;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The in-process limiters. For a library without keys, a {@link ConcurrentHashMap} holds one
 * limiter per key. It is read before {@code computeIfAbsent}, so that a hit takes no lock.
 */
public enum LocalContender {
  /** This library: bounded, with a precise clock. */
  OURS((quota, keys) -> ours(LocalLimiters.local(quota, TimeSource.system(), keys))),

  /** This library: bounded, with a coarse clock of one millisecond. */
  OURS_COARSE_CLOCK(
      (quota, keys) -> ours(LocalLimiters.local(quota, LocalLimiters.coarseClock(), keys))),

  /** Only reads the clock. */
  NANO_TIME((quota, keys) -> key -> System.nanoTime() != 0),

  /** The lower bound for a precise clock: reads it, looks up the key, swaps one long. */
  FLOOR((quota, keys) -> keyed(key -> new Peers.Floor(quota), Peers.Floor::tryAcquire, keys)),

  /** Guava. It has no burst. */
  GUAVA((quota, keys) -> keyed(key -> Peers.guava(quota), limiter -> limiter.tryAcquire(), keys)),

  /** Resilience4j. It has no burst. Refuses without waiting. */
  RESILIENCE4J(
      (quota, keys) ->
          keyed(key -> Peers.resilience4j(quota), limiter -> limiter.acquirePermission(), keys)),

  /** Bucket4j with its default clock, which counts milliseconds. */
  BUCKET4J(
      (quota, keys) -> keyed(key -> Peers.bucket4j(quota), bucket -> bucket.tryConsume(1), keys)),

  /** Bucket4j, bounded by a Caffeine cache with a maximum size and no expiry. */
  BUCKET4J_IN_CAFFEINE(
      (quota, keys) -> {
        Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(LocalLimiters.MAXIMUM_KEYS).<String, Bucket>build();
        return afterFirstRequests(
            keys, key -> buckets.get(key, k -> Peers.bucket4j(quota)).tryConsume(1));
      }),

  /** Failsafe with windows. */
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

  /** Creates a limiter and makes one request for each key, so that it holds all of them. */
  KeyedLimiter create(Quota quota, String... keys) {
    return create.apply(quota, keys);
  }

  private static KeyedLimiter ours(RateLimiter limiter) {
    return key -> limiter.tryAcquire(key).allowed();
  }

  private static <L> KeyedLimiter keyed(
      Function<String, L> create, Predicate<L> tryAcquire, String... keys) {
    ConcurrentHashMap<String, L> limiters = new ConcurrentHashMap<>();
    return afterFirstRequests(
        keys,
        key -> {
          L limiter = limiters.get(key);
          if (limiter == null) {
            limiter = limiters.computeIfAbsent(key, create);
          }
          return tryAcquire.test(limiter);
        });
  }

  private static KeyedLimiter afterFirstRequests(String[] keys, KeyedLimiter limiter) {
    for (String key : keys) {
      limiter.tryAcquire(key);
    }
    return limiter;
  }
}
