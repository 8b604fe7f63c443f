package io.github.ratelimiter.bench.fleet;

import java.util.List;
import java.util.Optional;

/**
 * The cores for a fleet of ten instances that makes 1,000,000 decisions a second. One microsecond
 * of processor time for a decision is one core at 1,000,000 decisions a second.
 *
 * @param instanceMicros the processor time of the instances for a decision
 * @param serverMicros the processor time of all servers for a decision
 * @param masterMicros the processor time of the masters for a decision
 */
record CoreEstimate(double instanceMicros, double serverMicros, double masterMicros) {
  static final int INSTANCES = 10;
  static final double DECISIONS_PER_SECOND = 1_000_000;

  /** A busier core makes requests wait. */
  static final double BUSY = 0.7;

  /**
   * Below this rate of an instance, timers and heartbeats take more time than decisions, and
   * leases save nothing.
   */
  static final double LEAST_RATE = 10_000;

  /** Returns the estimate from the steady stages; empty if their rate is too low. */
  static Optional<CoreEstimate> of(FleetResult result) {
    return result.setup().rate() < LEAST_RATE ? Optional.empty() : of(result.stages());
  }

  private static Optional<CoreEstimate> of(List<StageResult> stages) {
    List<StageResult> steady =
        stages.stream()
            .filter(stage -> stage.stage().isSteady() && stage.decisions() > 0)
            .toList();
    double decisions = steady.stream().mapToLong(StageResult::decisions).sum();
    if (decisions == 0) {
      return Optional.empty();
    }
    double instances = 0;
    double servers = 0;
    double masters = 0;
    for (StageResult stage : steady) {
      instances += stage.instanceCpuMicros() * stage.decisions();
      servers += stage.serverCpuMicros() * stage.decisions();
      masters += stage.masterCpuMicros() * stage.decisions();
    }
    return Optional.of(
        new CoreEstimate(instances / decisions, servers / decisions, masters / decisions));
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
