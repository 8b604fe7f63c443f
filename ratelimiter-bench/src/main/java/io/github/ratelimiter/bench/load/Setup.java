package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.generator.MixSettings;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.time.Duration;
import java.util.Locale;

/**
 * The load and the measured limiters.
 *
 * @param instances the number of instances, each with its own cache, store and connection
 * @param cache what is in front of the store
 * @param lease the length of a lease
 * @param policy the policy of every key
 * @param mix the keys
 * @param pace when requests are made
 * @param warmUp the length of the warm-up
 * @param duration the length of the measurement
 */
record Setup(
    int instances,
    CacheMode cache,
    Duration lease,
    Policy policy,
    MixSettings mix,
    Pace pace,
    Duration warmUp,
    Duration duration) {

  /** What is in front of the store. */
  enum CacheMode {
    /** An admission cache, with leases and known refusals. */
    LEASES,

    /** No cache. */
    NONE;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Creates the limiter of an instance. */
  SharedLimiter<Decision> limiter(String uri) {
    return cache == CacheMode.NONE
        ? RedisLimiters.direct(uri, policy)
        : RedisLimiters.cached(uri, policy, lease);
  }
}
