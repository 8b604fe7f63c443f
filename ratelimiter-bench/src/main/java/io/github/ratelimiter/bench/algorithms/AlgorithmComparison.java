package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.cli.Numbers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Compares the algorithms. Their server time is measured in turn and in several rounds, so that
 * other load on the machine affects all of them. Every second round has the opposite order.
 */
final class AlgorithmComparison {
  private static final int HALF = 50;

  /** A log grows with its use. The state of the other algorithms always has the same size. */
  private static final List<Integer> OTHER_PERCENTS_OF_LOG = List.of(10, 100);

  private final String quota;
  private final Server server;
  private final Consumer<String> progress;
  private final List<AlgorithmCost> algorithms;

  AlgorithmComparison(String quota, Server server, Consumer<String> progress) {
    this.quota = quota;
    this.server = server;
    this.progress = progress;
    this.algorithms =
        Stream.of(AlgorithmKind.values()).map(kind -> AlgorithmCost.of(kind, quota)).toList();
  }

  /**
   * Measures everything.
   *
   * @param rounds the number of measurements of the server time of each algorithm
   * @param requests the number of requests of each key in such a measurement
   * @param keys the number of keys for the measurement of memory
   */
  Results measure(int rounds, int requests, int keys) {
    List<Results.Row> rows = new ArrayList<>();
    try (ScriptClient client = new ScriptClient(server.uri())) {
      measureCost(new CostMeter(server, client, requests), rounds);
      MemoryMeter memory = new MemoryMeter(server, client, keys);
      for (AlgorithmCost algorithm : algorithms) {
        progress.accept("accuracy and memory, " + algorithm.kind().text());
        rows.add(row(algorithm, memory));
      }
    }
    return new Results(quota, about(rounds, requests, keys), rows);
  }

  private void measureCost(CostMeter meter, int rounds) {
    List<AlgorithmCost> order = new ArrayList<>(algorithms);
    for (int round = 1; round <= rounds; round++) {
      for (AlgorithmCost algorithm : order) {
        progress.accept(
            "server time, round " + round + " of " + rounds + ", " + algorithm.kind().text());
        meter.measure(algorithm);
      }
      Collections.reverse(order);
    }
  }

  private static Results.Row row(AlgorithmCost algorithm, MemoryMeter memory) {
    AlgorithmKind kind = algorithm.kind();
    Policy policy = algorithm.policy();
    List<Integer> otherPercents =
        kind == AlgorithmKind.SLIDING_LOG ? OTHER_PERCENTS_OF_LOG : List.of();
    return new Results.Row(
        kind,
        Accuracy.of(policy),
        algorithm.alone(),
        algorithm.batched(),
        memory.measure(policy, HALF),
        otherPercents.stream().map(percent -> memory.measure(policy, percent)).toList());
  }

  private String about(int rounds, int requests, int keys) {
    return String.format(
        Locale.ROOT,
        "%s; %s of %s of each of %d keys; memory of %s",
        server.about(),
        Numbers.count(rounds, "round"),
        Numbers.count(requests, "request"),
        CostMeter.BATCH,
        Numbers.count(keys, "key"));
  }
}
