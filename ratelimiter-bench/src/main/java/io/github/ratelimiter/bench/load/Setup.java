package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Policy;
import java.time.Duration;
import java.util.Locale;

/**
 * What load is put on what.
 *
 * @param instances caches, each with a store and a connection of its own
 * @param cache whether decisions are made in the instances
 * @param lease how long permits are held
 * @param policy of every key
 * @param hotKeys how many keys get the hot share
 * @param hotShare part of the load
 * @param keys how many keys share the rest
 * @param loop who asks, and when
 * @param concurrency threads that block, requests in flight, or the most requests in flight of an
 *     open loop
 * @param rate requests a second of an open loop
 * @param warmUp before it is measured
 * @param duration how long it is measured
 */
record Setup(
    int instances,
    CacheMode cache,
    Duration lease,
    Policy policy,
    int hotKeys,
    double hotShare,
    int keys,
    Loop loop,
    int concurrency,
    double rate,
    Duration warmUp,
    Duration duration) {

  /** What stands before the store. */
  enum CacheMode {
    /** Leases and remembered refusals. */
    LEASES,

    /** Nothing. */
    NONE;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who asks, and when. */
  enum Loop {
    /** Threads that ask, wait for the answer and ask again. */
    THREADS,

    /** Requests of which each is made when the one before has been answered; nobody blocks. */
    IN_FLIGHT,

    /** Requests at given instants, whether others have been answered or not. */
    OPEN;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Mix mix() {
    return new Mix(hotKeys, hotShare, keys);
  }

  double seconds() {
    return duration.toNanos() / 1e9;
  }
}
