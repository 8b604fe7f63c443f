package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.fleet.EveryInterval;
import io.github.ratelimiter.testkit.fleet.FleetSimulation;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Admission caches over the real scripts on virtual time: in every interval, all instances together
 * admit no more than the limit. {@code -Dfleet.runs=500} tries more policies and loads, {@code
 * -Dfleet.seed=7} others.
 */
class FleetTest {
  private static final int RUNS = Integer.getInteger("fleet.runs", 10);
  private static final long SEED = Long.getLong("fleet.seed", 1);
  private static final int PER_SECOND = 400;

  private static RedisProcess server;
  private static RedisClient client;
  private static RedisCommands<String, String> commands;

  @BeforeAll
  static void start() {
    server = RedisProcess.start();
    client = RedisClient.create(server.uri());
    commands = client.connect().sync();
  }

  @AfterAll
  static void stop() {
    client.shutdown(0, 0, TimeUnit.SECONDS);
    server.close();
  }

  @Test
  void noIntervalSeesMoreThanTheLimit() {
    long hits = 0;
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      Random random = new Random(seed * 0x9E3779B97F4A7C15L);
      Policy policy = policy(random);
      String story = "seed " + seed + ", " + policy;
      FleetSimulation fleet = run(seed, random, policy);
      assertThat(fleet.admitted()).as(story).isPositive();
      hits += fleet.hits();
      EveryInterval.stayedBelow(policy, fleet.log(), story);
    }
    assertThat(hits).as("spent from leases").isPositive();
  }

  private static FleetSimulation run(long seed, Random random, Policy policy) {
    commands.flushall();
    ManualTimeSource clock = ManualTimeSource.create();
    commands.set("clock", Long.toString(clock.nowMicros()));
    Duration lease = Duration.ofMillis(10 + random.nextInt(190));
    double share = random.nextBoolean() ? 0.25 : 1;
    int delay = List.of(0, 300, 5_000, 60_000).get(random.nextInt(4));
    try (StateStore store =
        new OnGivenClock(
            RedisStateStore.builder(server.uri())
                .timeout(Duration.ofSeconds(30))
                .script(RedisStateStoreSpec.script())
                .build(),
            commands,
            clock)) {
      FleetSimulation fleet =
          new FleetSimulation(
              seed,
              clock,
              store,
              1 + random.nextInt(8),
              delay,
              far ->
                  AdmissionCache.around(far).timeSource(clock).lease(lease).share(share).build());
      int most = 1 + random.nextInt(3);
      for (int phase = 0; phase < 3; phase++) {
        double demand = PER_SECOND * List.of(0.3, 0.9, 1.2, 6.0).get(random.nextInt(4));
        fleet.run(policy, demand, most, Duration.ofMillis(200 + random.nextInt(1_000)));
      }
      return fleet;
    }
  }

  private static Policy policy(Random random) {
    List<Limit> limits = new ArrayList<>();
    for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0; i >= 0; i--) {
      limits.add(limit(random));
    }
    return Policy.of("fleet", limits);
  }

  /** About as many permits a second as the load is measured by. */
  private static Limit limit(Random random) {
    long millis = List.of(100, 250, 500, 1_000, 2_000, 3_333).get(random.nextInt(6));
    Duration period = Duration.ofMillis(millis);
    long limit = Math.max(PER_SECOND * millis * (50 + random.nextInt(100)) / 100_000, 10);
    long burst = limit / 4 + random.nextInt((int) limit) + 5;
    return switch (random.nextInt(6)) {
      case 0, 1 -> new TokenBucket(limit, period, burst);
      case 2 -> new LeakyBucket(limit, period, burst);
      case 3 -> new SlidingLog(limit, period);
      case 4 -> new FixedWindow(limit, period, WindowStart.EPOCH);
      default -> new SlidingWindow(limit, period, WindowStart.EPOCH);
    };
  }
}
