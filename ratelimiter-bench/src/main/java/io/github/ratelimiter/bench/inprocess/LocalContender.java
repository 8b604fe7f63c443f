package io.github.ratelimiter.bench.inprocess;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.Bucket4jSettings;
import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
  FLOOR(LocalContender::floor),

  /** Guava. It has no burst. */
  GUAVA(
      (quota, keys) -> {
        double perSecond = (double) quota.limitWithoutBurst() / quota.period().toSeconds();
        return keyed(
            key -> com.google.common.util.concurrent.RateLimiter.create(perSecond),
            limiter -> limiter.tryAcquire(),
            keys);
      }),

  /** Resilience4j. It has no burst. Refuses without waiting. */
  RESILIENCE4J(
      (quota, keys) -> {
        RateLimiterConfig config =
            RateLimiterConfig.custom()
                .limitForPeriod(quota.limitWithoutBurst())
                .limitRefreshPeriod(quota.period())
                .timeoutDuration(Duration.ZERO)
                .build();
        return keyed(
            key -> io.github.resilience4j.ratelimiter.RateLimiter.of(key, config),
            limiter -> limiter.acquirePermission(),
            keys);
      }),

  /** Bucket4j with its default clock, which counts milliseconds. */
  BUCKET4J((quota, keys) -> keyed(key -> bucket(quota), bucket -> bucket.tryConsume(1), keys)),

  /** Bucket4j, bounded by a Caffeine cache with a maximum size and no expiry. */
  BUCKET4J_IN_CAFFEINE(
      (quota, keys) -> {
        Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(LocalLimiters.MAXIMUM_KEYS).<String, Bucket>build();
        return afterFirstRequests(keys, key -> buckets.get(key, k -> bucket(quota)).tryConsume(1));
      }),

  /** Failsafe with windows. */
  FAILSAFE_BURSTY(
      (quota, keys) ->
          keyed(
              key ->
                  dev.failsafe.RateLimiter.burstyBuilder(quota.limitWithoutBurst(), quota.period())
                      .build(),
              limiter -> limiter.tryAcquirePermit(),
              keys)),

  /** Failsafe, with permits at even intervals. */
  FAILSAFE_SMOOTH(
      (quota, keys) ->
          keyed(
              key ->
                  dev.failsafe.RateLimiter.smoothBuilder(quota.limitWithoutBurst(), quota.period())
                      .build(),
              limiter -> limiter.tryAcquirePermit(),
              keys));

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

  private static KeyedLimiter floor(Quota quota, String... keys) {
    long cost = quota.period().toNanos() / quota.limit();
    long burst = cost * quota.burst();
    return keyed(key -> new AtomicLong(), state -> tryAdvance(state, cost, burst), keys);
  }

  private static boolean tryAdvance(AtomicLong state, long cost, long burst) {
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

  private static Bucket bucket(Quota quota) {
    return Bucket.builder().addLimit(Bucket4jSettings.bandwidth(quota)).build();
  }
}
