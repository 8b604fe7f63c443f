package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.generator.Mix;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.limiter.Ours;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.time.Duration;
import java.util.Locale;

/**
 * The load, and the limiters that it is put on.
 *
 * @param instances the number of instances, each with a cache, a store and a connection of its own
 * @param cache what is in front of the store
 * @param lease the length of a lease
 * @param policy the policy of every key
 * @param hotKeys the number of keys that get the hot share
 * @param hotShare the hot share, 0 to 1
 * @param keys the number of keys that get the rest
 * @param pace when requests are made
 * @param warmUp the time before the measurement
 * @param duration the length of the measurement
 */
record Setup(
    int instances,
    CacheMode cache,
    Duration lease,
    Policy policy,
    int hotKeys,
    double hotShare,
    int keys,
    Pace pace,
    Duration warmUp,
    Duration duration) {

  /** What is in front of the store. */
  enum CacheMode {
    /** A cache with leases and remembered refusals. */
    LEASES,

    /** No cache. */
    NONE;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Mix mix() {
    return Mix.of(hotKeys, hotShare, keys);
  }

  /** Returns the limiter of an instance that uses the server at a URI. */
  SharedLimiter<Decision> limiter(String uri) {
    return cache == CacheMode.NONE ? Ours.direct(uri, policy) : Ours.cached(uri, policy, lease);
  }
}
