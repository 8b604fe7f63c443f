package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Compares contenders. They are measured in turn and in several rounds, so that other load on the
 * machine affects all of them. Every second round has the opposite order. Each measurement begins
 * with an empty server and a warm-up.
 */
final class Comparison {
  private static final int KEYS_IN_MEMORY = 20_000;
  private static final int BATCH = 250;

  private final Server server;
  private final Driver driver;
  private final List<RedisContender> contenders;
  private final List<Load> loads;
  private final Consumer<String> progress;

  Comparison(
      Server server,
      Driver driver,
      List<RedisContender> contenders,
      List<Load> loads,
      Consumer<String> progress) {
    this.server = server;
    this.driver = driver;
    this.contenders = contenders;
    this.loads = loads;
    this.progress = progress;
  }

  void measure(Results results, int rounds, double seconds, double warmUp) {
    int total = rounds * loads.size() * contenders.size();
    int done = 0;
    for (Load load : loads) {
      List<RedisContender> order = new ArrayList<>(contenders);
      for (int round = 0; round < rounds; round++) {
        for (RedisContender contender : order) {
          done++;
          progress.accept(done + " of " + total + ": " + load.title() + ", " + contender.text());
          // The first round warms up the code as well.
          try {
            results.add(measure(contender, load, seconds, round == 0 ? 2 * warmUp : warmUp));
          } catch (IllegalStateException e) {
            throw new IllegalStateException(
                contender.text() + ", " + load.title() + ": " + e.getMessage(), e);
          }
        }
        Collections.reverse(order);
      }
    }
  }

  private Measurement measure(RedisContender contender, Load load, double seconds, double warmUp) {
    server.clean();
    driver.prepare(contender, load);
    driver.run(contender, load, warmUp);
    ServerStats before = server.stats();
    Outcome outcome = driver.run(contender, load, seconds);
    return new Measurement(contender, load, outcome, server.stats().since(before));
  }

  /** Measures the memory per key, after one request for each key. */
  void measureMemory(Results results, Quota quota) {
    for (RedisContender contender : contenders) {
      if (contender.limits()) {
        progress.accept("memory, " + contender.text());
        results.bytesPerKey(contender, bytesPerKey(contender, quota));
      }
    }
    server.clean();
  }

  private double bytesPerKey(RedisContender contender, Quota quota) {
    try (SharedLimiter<?> limiter = contender.open(server.uri(), quota)) {
      // The first requests load scripts and allocate buffers.
      request(limiter, Server.keys("warm", BATCH));
      server.clean();
      long before = server.memory();
      request(limiter, Server.keys("size", KEYS_IN_MEMORY));
      return (double) (server.memory() - before) / KEYS_IN_MEMORY;
    }
  }

  private static void request(SharedLimiter<?> limiter, List<String> keys) {
    limiter.prepare(keys);
    for (int i = 0; i < keys.size(); i += BATCH) {
      CompletableFuture.allOf(
              keys.subList(i, Math.min(i + BATCH, keys.size())).stream()
                  .map(key -> limiter.tryAcquireAsync(key).toCompletableFuture())
                  .toArray(CompletableFuture<?>[]::new))
          .join();
    }
  }
}
