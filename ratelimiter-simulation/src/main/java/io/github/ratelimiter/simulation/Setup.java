package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.fallback.Fallback;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The settings of a run.
 *
 * @param seed the seed of the whole run
 * @param focus the main subject of the run
 * @param instances the number of instances
 * @param keys the keys of requests, the hot one first
 * @param versions the versions of the policy, in the order of their deployment
 * @param cached for each instance, whether it has an admission cache
 * @param leaseMicros the length of leases
 * @param share the share of the remaining permits that a lease takes
 * @param fallenBack whether instances have a fallback
 * @param mode the mode of the fallback
 * @param learning true if a fallback reads the number of instances, false if it is configured
 * @param small whether the breaker judges by few calls
 * @param shards the number of keys over which a policy is split, 1 if it is not split
 * @param waiting whether callers wait for permits
 * @param timeoutMicros the timeout of a decision
 * @param travelMicros the longest delay of a message
 * @param troubles how many of a thousand messages have a fault
 * @param offsets the difference between each instance's clock and the true time
 */
record Setup(
    long seed,
    Focus focus,
    int instances,
    List<String> keys,
    List<Policy> versions,
    List<Boolean> cached,
    long leaseMicros,
    double share,
    boolean fallenBack,
    Fallback.Mode mode,
    boolean learning,
    boolean small,
    int shards,
    boolean waiting,
    long timeoutMicros,
    long travelMicros,
    int troubles,
    List<Long> offsets) {

  private static final long HOUR = 3_600_000_000L;

  static Setup of(long seed) {
    SplittableRandom random = Seeds.random(seed, 0);
    Focus focus = Focus.of(random.nextInt(100));
    boolean alone = focus == Focus.FALLBACK;
    int instances = alone || random.nextInt(5) == 0 ? 1 : 2 + random.nextInt(4);
    int cached = focus == Focus.LEASES ? 2 : random.nextInt(4);
    int mode = alone ? 9 : random.nextInt(10);
    boolean skewed = !alone && random.nextInt(4) == 0;
    int shards = focus == Focus.ANY && random.nextInt(5) == 0 ? 2 + random.nextInt(2) : 1;
    List<Policy> versions = Policies.versions("p", focus, random);
    if (isSettling(seed)) {
      versions = Policies.withDebts(versions, Seeds.random(seed, 11));
    }
    return new Setup(
        seed,
        focus,
        instances,
        List.of("hot", "warm", "cold").subList(0, 1 + random.nextInt(3)),
        shards == 1 ? versions : versions.subList(0, 1),
        random
            .ints(instances, 0, 4)
            .mapToObj(draw -> cached > 0 && (cached > 1 || draw < 2))
            .toList(),
        10_000L * (1 + random.nextInt(30)),
        focus == Focus.LEASES || random.nextInt(3) == 0 ? 1 : 0.25,
        alone || (focus == Focus.ANY && random.nextInt(5) > 0),
        mode == 0 ? Fallback.Mode.ALLOW : mode == 1 ? Fallback.Mode.REFUSE : Fallback.Mode.LOCAL,
        random.nextBoolean(),
        random.nextInt(3) > 0,
        shards,
        !alone && random.nextBoolean(),
        random.nextInt(3) == 0 ? 20_000 : 50_000,
        List.of(100, 300, 2_000, shards == 1 ? 4_000 : 1_000).get(random.nextInt(4)),
        List.of(0, 0, 2, 10, 40).get(random.nextInt(5)),
        random.longs(instances, -HOUR, HOUR).mapToObj(offset -> skewed ? offset : 0L).toList());
  }

  /** Returns whether many calls are for all keys together. */
  boolean joint() {
    return keys.size() > 1 && shards == 1 && Math.floorMod(seed, 8) == 5;
  }

  /** Returns whether many calls are reservations that are settled later. */
  boolean settling() {
    return shards == 1 && isSettling(seed);
  }

  private static boolean isSettling(long seed) {
    return Math.floorMod(seed, 8) == 7;
  }

  /** Returns whether the clocks of instances show the true time. */
  boolean clocksAgree() {
    return offsets.stream().allMatch(offset -> offset == 0);
  }

  /** Counts the kinds of limits, and what decides. */
  void count(Counts counts) {
    for (Policy version : versions) {
      version.limits().forEach(limit -> counts.add(kind(limit)));
      if (version.limits().size() > 1) {
        counts.add(Kind.SEVERAL_LIMITS);
      }
    }
    if (versions.size() > 1) {
      counts.add(Kind.SEVERAL_VERSIONS);
    }
    if (instances == 1) {
      counts.add(Kind.ONE_INSTANCE);
    }
    if (shards > 1) {
      counts.add(Kind.SHARDED);
    }
    counts.add(learning ? Kind.SHARES_LEARNED : Kind.SHARES_GIVEN);
  }

  private static Kind kind(Limit limit) {
    if (limit instanceof TokenBucket) {
      return Kind.TOKEN_BUCKET;
    } else if (limit instanceof LeakyBucket) {
      return Kind.LEAKY_BUCKET;
    } else if (limit instanceof FixedWindow) {
      return Kind.FIXED_WINDOW;
    } else if (limit instanceof CalendarWindow) {
      return Kind.CALENDAR_WINDOW;
    }
    return limit instanceof SlidingLog ? Kind.SLIDING_LOG : Kind.SLIDING_COUNTER;
  }
}
