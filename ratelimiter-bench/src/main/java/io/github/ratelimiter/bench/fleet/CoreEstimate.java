package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.generator.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The cores for a fleet of ten instances that makes 1,000,000 decisions a second, from the steady
 * stages. One microsecond of processor time for a decision is one core at 1,000,000 decisions a
 * second.
 *
 * @param instanceMicros the processor time of the instances for a decision
 * @param serverMicros the processor time of all servers for a decision
 * @param masterMicros the processor time of the masters for a decision
 * @param p99Millis the 99th percentile of the wait
 * @param p999Millis the 99.9th percentile of the wait
 * @param busiestServer the processor time of the busiest server, as a part of the time of one core
 * @param largestInstance the bytes of the largest instance in memory
 * @param fallback the part of the decisions that were made by the fallback
 */
record CoreEstimate(
    double instanceMicros,
    double serverMicros,
    double masterMicros,
    double p99Millis,
    double p999Millis,
    double busiestServer,
    long largestInstance,
    double fallback) {
  static final int INSTANCES = 10;
  static final double DECISIONS_PER_SECOND = 1_000_000;

  /** A busier core makes requests wait. */
  static final double BUSY = 0.7;

  /**
   * Below this rate of an instance, timers and heartbeats take more time than decisions, and leases
   * save nothing.
   */
  static final double LEAST_RATE = 10_000;

  /** Returns the estimate from the steady stages; empty if their rate is too low. */
  static Optional<CoreEstimate> of(FleetResult result) {
    List<StageResult> steady =
        result.stages().stream().filter(stage -> stage.stage().isSteady()).toList();
    return result.setup().rate() < LEAST_RATE || steady.stream().allMatch(s -> s.decisions() == 0)
        ? Optional.empty()
        : Optional.of(of(steady));
  }

  private static CoreEstimate of(List<StageResult> stages) {
    Outcome outcome = Outcome.merge(stages.stream().map(StageResult::outcome).toList());
    Histogram nanos = outcome.allNanos();
    return new CoreEstimate(
        average(stages, StageResult::instanceCpuMicros),
        average(stages, StageResult::serverCpuMicros),
        average(stages, StageResult::masterCpuMicros),
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getValueAtPercentile(99.9) / 1e6,
        stages.stream().mapToDouble(stage -> stage.servers().busiest()).max().orElse(0),
        stages.stream().mapToLong(stage -> stage.largestAtEnd(Usage::resident)).max().orElse(0),
        (double) outcome.decisions(Source.FALLBACK, false) / outcome.decisions(false));
  }

  /** Returns the average over all decisions. */
  private static double average(List<StageResult> stages, ToDoubleFunction<StageResult> value) {
    double sum = 0;
    double decisions = 0;
    for (StageResult stage : stages) {
      sum += stage.decisions() == 0 ? 0 : value.applyAsDouble(stage) * stage.decisions();
      decisions += stage.decisions();
    }
    return sum / decisions;
  }

  private static double cores(double micros) {
    return micros * DECISIONS_PER_SECOND / 1e6;
  }

  /** Returns the cores that all instances keep busy. */
  double instanceCores() {
    return cores(instanceMicros);
  }

  /** Returns the cores that an instance needs, so that they are not too busy. */
  int coresOfAnInstance() {
    return (int) Math.max(1, Math.ceil(instanceCores() / INSTANCES / BUSY));
  }

  /** Returns the cores that all servers keep busy. */
  double serverCores() {
    return cores(serverMicros);
  }

  /** Returns the masters that are needed, because each decides on one core. */
  int masters() {
    return (int) Math.max(1, Math.ceil(cores(masterMicros) / BUSY));
  }

  /** Returns the cores of the whole fleet: instances, masters, and a replica for each master. */
  int allCores() {
    return INSTANCES * coresOfAnInstance() + 2 * masters();
  }
}
