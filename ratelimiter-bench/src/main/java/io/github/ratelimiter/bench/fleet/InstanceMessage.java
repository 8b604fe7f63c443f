package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.generator.Outcome;
import java.io.Serializable;
import java.util.List;

/** What the fleet and its instances send to each other, one message in a line. */
interface InstanceMessage extends Serializable {
  /**
   * The first message to an instance. The reply is {@link #READY}.
   *
   * @param index 0 to the number of instances, excluded
   * @param uris the nodes of the cluster
   */
  record Open(FleetSetup setup, int index, List<String> uris) implements InstanceMessage {}

  /** The reply to {@link Open}. */
  String READY = "ready";

  /**
   * Asks for the load of a stage. The reply is {@link Done}.
   *
   * @param stage its index
   * @param startMicros when it begins, in microseconds since 1970
   * @param file for the granted permits; empty for no file
   */
  record Task(int stage, long startMicros, String file) implements InstanceMessage {}

  /**
   * The result of a stage.
   *
   * @param startMicros when the instance began, in microseconds since 1970
   * @param errorMicros how far that may be off
   * @param outcome the answers
   * @param cpuNanos the processor time of the instance in the stage, with that of its load
   * @param usage the counts and the memory over time
   * @param atEnd the memory after the stage and a full garbage collection
   */
  record Done(
      long startMicros,
      long errorMicros,
      Outcome outcome,
      long cpuNanos,
      List<Usage> usage,
      Usage atEnd)
      implements InstanceMessage {}

  /**
   * The counts and the memory of an instance at one time.
   *
   * @param micros the time, in microseconds since 1970
   * @param counts the answers since the beginning of the stage, as in {@link Outcome#counts()}
   * @param heap the bytes of the heap that were in use after the latest garbage collection
   * @param resident the bytes of the process in memory; 0 if the system does not tell
   * @param threads the number of threads
   */
  record Usage(long micros, long[] counts, long heap, long resident, int threads)
      implements InstanceMessage {}
}
