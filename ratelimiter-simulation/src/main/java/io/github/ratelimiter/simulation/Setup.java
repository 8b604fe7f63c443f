package io.github.ratelimiter.simulation;

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
 * What does not change in a run.
 *
 * @param seed of the whole run
 * @param focus what the run tries hardest
 * @param instances how many
 * @param keys that are asked for, the hot one first
 * @param versions of the one policy, in the order in which they are deployed
 * @param cached of each instance, whether it has an admission cache
 * @param leaseMicros the length of leases
 * @param share of what is left that a lease takes
 * @param fallenBack whether instances have a fallback
 * @param mode of the fallback
 * @param learning whether a fallback learns how many instances there are, or is told
 * @param small whether the breaker judges by few calls
 * @param shards over how many keys a policy is split, 1 if not at all
 * @param waiting whether callers wait for permits
 * @param timeoutMicros of a decision
 * @param travelMicros how long a message takes at most
 * @param troubles of a thousand messages, how many get into trouble
 * @param offsets how far each instance's clock is from the true time
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

  /** Whether instances' clocks agree with the true time. */
  boolean clocksAgree() {
    return offsets.stream().allMatch(offset -> offset == 0);
  }

  /** Counts what there is to be decided, and by whom. */
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
    }
    return limit instanceof SlidingLog ? Kind.SLIDING_LOG : Kind.SLIDING_COUNTER;
  }
}
