package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.generator.Outcome;
import java.util.List;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * The result of a stage.
 *
 * @param offered the number of requests that were to be made
 * @param outcome the answers to all instances together
 * @param instances the results of the instances
 * @param servers the work of the servers
 */
record StageResult(
    Stage stage, long offered, Outcome outcome, List<Done> instances, ServerWork servers) {

  static StageResult of(Stage stage, long offered, List<Done> instances, ServerWork servers) {
    Outcome outcome = Outcome.merge(instances.stream().map(Done::outcome).toList());
    return new StageResult(stage, offered, outcome, instances, servers);
  }

  long decisions() {
    return outcome.decisions(false);
  }

  /** Returns the longest time from when a request was to be made to its answer. */
  double longestWaitMillis() {
    Histogram all = outcome.allNanos();
    return all.getTotalCount() == 0 ? 0 : all.getMaxValue() / 1e6;
  }

  /** Returns the processor time of the instances for a decision, with that of their load. */
  double instanceCpuMicros() {
    return instances.stream().mapToLong(Done::cpuNanos).sum() / 1e3 / decisions();
  }

  double serverCpuMicros() {
    return servers.cpuMicros() / decisions();
  }

  double masterCpuMicros() {
    return servers.masterCpuMicros() / decisions();
  }

  double redisCalls() {
    return (double) servers.calls() / decisions();
  }

  /** Returns the largest value of an instance at the end of the stage. */
  long largestAtEnd(ToLongFunction<Usage> value) {
    return instances.stream().map(Done::atEnd).mapToLong(value).max().orElse(0);
  }

  /**
   * Returns the permits for hot keys that were not used, as a part of those that the limits allow
   * in the time of the stage. If fewer were asked for, as a part of these.
   *
   * @param permitsPerSecond the permits that the limits of a key allow in a second
   * @param hotKeys the number of hot keys
   */
  double unused(double permitsPerSecond, int hotKeys) {
    long asked = outcome.decisions(true);
    double most = Math.min(asked, hotKeys * permitsPerSecond * stage.seconds());
    return most == 0 ? 0 : Math.max(0, 1 - outcome.allowed(true) / most);
  }
}
