package io.github.ratelimiter.bench.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run.
 *
 * @param about the versions and the machine
 * @param startMicros when it began, in microseconds since 1970
 * @param stages the results of the stages
 * @param memory the memory of the servers over time
 * @param audit the audit of the granted permits; null without an audit
 */
record FleetResult(
    FleetSetup setup,
    String about,
    long startMicros,
    List<StageResult> stages,
    List<ServerSampler.Sample> memory,
    @Nullable FleetAudit audit) {

  /** Returns a time in seconds since the start of the run. */
  double seconds(long micros) {
    return (micros - startMicros) / 1e6;
  }

  /** Returns when a stage began, in microseconds since 1970. */
  static long startMicros(StageResult stage) {
    return stage.instances().get(0).startMicros();
  }

  /** Returns the largest memory of the servers in a stage, in bytes. */
  long serverMemory(StageResult stage) {
    long start = startMicros(stage);
    return ServerSampler.largest(memory, start, start + (long) (1e6 * stage.stage().seconds()));
  }
}
