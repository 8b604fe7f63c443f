package io.github.ratelimiter.bench.fleet;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a run.
 *
 * @param name the name in reports
 * @param fault what goes wrong
 * @param seconds its length
 * @param load the requests per second, as a multiple of the rate
 */
record Stage(String name, Fault fault, double seconds, double load) implements Serializable {
  static final String WARM_UP = "warm-up";
  static final String STEADY = "steady";

  private static final double SPIKE_SECONDS = 10;
  private static final int SOAK_STAGES = 12;
  private static final double LONGEST_SOAK_STAGE_SECONDS = 600;

  /**
   * Returns the stages of a run.
   *
   * @param warmUpSeconds the length of the warm-up
   * @param seconds the length of any other stage; a spike is not longer than ten seconds
   * @param soakMinutes the length of the soak, which takes the place of the steady stage; 0 for no
   *     soak
   * @param faults whether there is a spike and there are faults
   */
  static List<Stage> schedule(
      double warmUpSeconds, double seconds, double soakMinutes, boolean faults) {
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage(WARM_UP, Fault.NONE, warmUpSeconds, 1));
    if (soakMinutes > 0) {
      stages.addAll(soak(60 * soakMinutes));
    } else {
      stages.add(new Stage(STEADY, Fault.NONE, seconds, 1));
    }
    if (faults) {
      stages.add(new Stage("spike", Fault.NONE, Math.min(seconds, SPIKE_SECONDS), 2));
      stages.add(new Stage("master killed", Fault.MASTER_KILLED, seconds, 1));
      stages.add(new Stage("node paused", Fault.NODE_PAUSED, seconds, 1));
      stages.add(new Stage("memory filled", Fault.MEMORY_FILLED, seconds, 1));
      stages.add(new Stage("recovery", Fault.NONE, seconds, 1));
    }
    return List.copyOf(stages);
  }

  private static List<Stage> soak(double seconds) {
    int parts = Math.max(SOAK_STAGES, (int) Math.ceil(seconds / LONGEST_SOAK_STAGE_SECONDS));
    List<Stage> stages = new ArrayList<>();
    for (int i = 1; i <= parts; i++) {
      stages.add(new Stage(STEADY + " " + i, Fault.NONE, seconds / parts, 1));
    }
    return stages;
  }

  /** Returns whether the cost of a decision may be taken from this stage. */
  boolean isSteady() {
    return name.startsWith(STEADY);
  }
}
