package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.generator.MixSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The load of a fleet and its limiters.
 *
 * @param instances the number of instances, each a process
 * @param rate the requests per second of each instance
 * @param policyText the policy of every key
 * @param lease the length of a lease
 * @param mix the keys
 * @param stages what happens, one after the other
 * @param audit whether every granted permit is logged and checked
 */
record FleetSetup(
    int instances,
    double rate,
    String policyText,
    Duration lease,
    MixSettings mix,
    List<Stage> stages,
    boolean audit)
    implements Serializable {

  Policy policy() {
    return Policy.parse("fleet", policyText);
  }

  /**
   * Returns the options of the JVM of each instance. At a low rate, what is decided matters and not
   * the cost of a decision. There the fast compiler is enough: the optimizing compilers of ten
   * processes would take all processors for minutes.
   */
  List<String> jvmOptions() {
    return rate < CoreEstimate.LEAST_RATE
        ? List.of("-Xmx512m", "-XX:TieredStopAtLevel=1")
        : List.of("-Xmx512m");
  }

  /** Returns the length of all stages together. */
  double seconds() {
    return stages.stream().mapToDouble(Stage::seconds).sum();
  }

  /** Returns the number of requests that all instances intend to make in a stage. */
  long offered(Stage stage) {
    return Math.round(instances * rate * stage.load() * stage.seconds());
  }
}
