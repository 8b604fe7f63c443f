package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Measures contenders in turn, each load in several rounds, so that what disturbs the machine
 * disturbs all; every second round goes backwards. Each measurement begins with an empty server and
 * warms up.
 */
final class Benchmark {
  private static final int KEYS_IN_MEMORY = 20_000;
  private static final int BATCH = 250;

  private final Server server;
  private final Driver driver;
  private final List<Contender> contenders;
  private final List<Load> loads;
  private final Consumer<String> progress;

  Benchmark(
      Server server,
      Driver driver,
      List<Contender> contenders,
      List<Load> loads,
      Consumer<String> progress) {
    this.server = server;
    this.driver = driver;
    this.contenders = contenders;
    this.loads = loads;
    this.progress = progress;
  }

  void measure(Results results, int rounds, double seconds, double warmUp) {
    int all = rounds * loads.size() * contenders.size();
    int done = 0;
    for (Load load : loads) {
      List<Contender> order = new ArrayList<>(contenders);
      for (int round = 0; round < rounds; round++) {
        for (Contender contender : order) {
          done++;
          progress.accept(done + " of " + all + ": " + load.title() + ", " + contender.text());
          // The first round warms up the code as well.
          results.add(measure(contender, load, seconds, round == 0 ? 2 * warmUp : warmUp));
        }
        Collections.reverse(order);
      }
    }
  }

  private Measurement measure(Contender contender, Load load, double seconds, double warmUp) {
    server.clean();
    driver.prepare(contender, load);
    driver.run(contender, load, warmUp);
    ServerStats before = server.stats();
    Outcome outcome = driver.run(contender, load, seconds);
    return new Measurement(contender, load, outcome, server.stats().since(before));
  }

  /** Measures what a key costs that was asked about once. */
  void memory(Results results, Quota quota) {
    for (Contender contender : contenders) {
      if (contender.limits()) {
        progress.accept("memory, " + contender.text());
        results.bytesPerKey(contender, bytesPerKey(contender, quota));
      }
    }
    server.clean();
  }

  private double bytesPerKey(Contender contender, Quota quota) {
    try (SharedLimiter limiter = contender.open(server.uri(), quota)) {
      // Scripts and buffers are there before.
      ask(limiter, Load.keys("warm", BATCH));
      server.clean();
      long before = server.memory();
      ask(limiter, Load.keys("size", KEYS_IN_MEMORY));
      return (double) (server.memory() - before) / KEYS_IN_MEMORY;
    }
  }

  private static void ask(SharedLimiter limiter, List<String> keys) {
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
