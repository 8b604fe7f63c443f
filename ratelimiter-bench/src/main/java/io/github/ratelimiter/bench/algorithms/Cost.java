package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.bench.report.Median;
import io.github.ratelimiter.bench.server.ServerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The cost of a decision on the server, in several rounds. */
final class Cost {
  private final List<Double> micros = new ArrayList<>();
  private final Map<String, Double> commands = new TreeMap<>();

  /**
   * Adds a round.
   *
   * @param stats the counters of the round
   * @param decisions the number of decisions in it
   */
  void add(ServerStats stats, long decisions) {
    micros.add((double) stats.scripts().micros() / decisions);
    // The counts are the same in every round.
    stats
        .commands()
        .forEach(
            (name, command) -> {
              if (!name.equals("evalsha") && command.calls() > 0) {
                commands.put(name, (double) command.calls() / decisions);
              }
            });
  }

  /** Returns the median of the server time, in microseconds. */
  double micros() {
    return Median.of(micros.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Returns the server time of the fastest round, in microseconds. */
  double fastest() {
    return micros.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** Returns the server time of the slowest round, in microseconds. */
  double slowest() {
    return micros.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** Returns the calls of each command inside the script, per decision. */
  Map<String, Double> commands() {
    return commands;
  }

  /** Returns the calls of all commands inside the script, per decision. */
  double allCommands() {
    return commands.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
