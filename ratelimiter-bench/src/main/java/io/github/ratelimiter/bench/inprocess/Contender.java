package io.github.ratelimiter.bench.inprocess;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Who is measured. Libraries that limit one thing are keyed as a careful user would: a {@link
 * ConcurrentHashMap}, read before {@code computeIfAbsent} so that a hit locks nothing.
 */
public enum Contender {
  /** This project: bounded, on the precise clock. */
  OURS {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      RateLimiter limiter = Ours.limiter(load, TimeSource.system(), keys);
      return key -> limiter.tryAcquire(key).allowed();
    }
  },

  /** This project: bounded, on the clock that is read every millisecond. */
  OURS_COARSE_CLOCK {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      RateLimiter limiter = Ours.limiter(load, Ours.coarseClock(), keys);
      return key -> limiter.tryAcquire(key).allowed();
    }
  },

  /** Reading the clock, and nothing else. */
  NANO_TIME {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      return key -> System.nanoTime() != 0;
    }
  },

  /** The least that a keyed decision on a precise clock does: clock, look-up, one swap. */
  FLOOR {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      long cost = load.period.toNanos() / load.limit;
      long burst = cost * load.burst;
      return keyed(key -> new AtomicLong(), state -> swap(state, cost, burst), keys);
    }

    private static boolean swap(AtomicLong state, long cost, long burst) {
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
  },

  /** Guava, which knows no burst. */
  GUAVA {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      double perSecond = (double) load.limitWithoutBurst / load.period.toSeconds();
      return keyed(
          key -> com.google.common.util.concurrent.RateLimiter.create(perSecond),
          limiter -> limiter.tryAcquire(),
          keys);
    }
  },

  /** Resilience4j, which knows no burst; refuses without waiting. */
  RESILIENCE4J {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      RateLimiterConfig config =
          RateLimiterConfig.custom()
              .limitForPeriod(load.limitWithoutBurst)
              .limitRefreshPeriod(load.period)
              .timeoutDuration(Duration.ZERO)
              .build();
      return keyed(
          key -> io.github.resilience4j.ratelimiter.RateLimiter.of(key, config),
          limiter -> limiter.acquirePermission(),
          keys);
    }
  },

  /** Bucket4j, on the clock of milliseconds that it uses unless told otherwise. */
  BUCKET4J {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      return keyed(key -> bucket(load), bucket -> bucket.tryConsume(1), keys);
    }
  },

  /** Bucket4j, bounded: in a Caffeine cache with a maximum size and no expiry. */
  BUCKET4J_IN_CAFFEINE {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      Cache<String, Bucket> buckets =
          Caffeine.newBuilder().maximumSize(MAXIMUM_KEYS).<String, Bucket>build();
      return holding(keys, key -> buckets.get(key, k -> bucket(load)).tryConsume(1));
    }
  },

  /** Failsafe, counting in windows. */
  FAILSAFE_BURSTY {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      return keyed(
          key ->
              dev.failsafe.RateLimiter.burstyBuilder(load.limitWithoutBurst, load.period).build(),
          limiter -> limiter.tryAcquirePermit(),
          keys);
    }
  },

  /** Failsafe, spacing permits out. */
  FAILSAFE_SMOOTH {
    @Override
    KeyedLimiter create(Load load, String... keys) {
      return keyed(
          key ->
              dev.failsafe.RateLimiter.smoothBuilder(load.limitWithoutBurst, load.period).build(),
          limiter -> limiter.tryAcquirePermit(),
          keys);
    }
  };

  /** What every bounded contender is told to hold; the largest number of keys measured. */
  static final int MAXIMUM_KEYS = 1_000_000;

  /** A contender that has decided once for each key, and holds them all. */
  abstract KeyedLimiter create(Load load, String... keys);

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

  private static Bucket bucket(Load load) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(load.burst).refillGreedy(load.limit, load.period))
        .build();
  }
}
