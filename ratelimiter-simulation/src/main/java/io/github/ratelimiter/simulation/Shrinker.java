package io.github.ratelimiter.simulation;

import java.util.List;

/** Removes events from a plan while it still breaks the same rule. */
final class Shrinker {
  private static final int MOST_RUNS = 1_500;

  private final Simulation simulation;
  private final String rule;
  private int runs;

  Shrinker(Simulation simulation, String rule) {
    this.simulation = simulation;
    this.rule = rule;
  }

  /**
   * Returns a plan from which no event can be removed, or almost none if that would take too long.
   */
  Plan shrink(Plan plan) {
    Plan smallest = plan;
    int part = Math.max(plan.events().size() / 2, 1);
    while (runs < MOST_RUNS) {
      Plan smaller = withoutSome(smallest, part);
      boolean found = smaller.events().size() < smallest.events().size();
      smallest = smaller;
      if (part > 1) {
        part = (part + 1) / 2;
      } else if (!found) {
        break;
      }
    }
    return smallest;
  }

  /** Tries each part of the plan, from the end, because the last events are seldom the cause. */
  private Plan withoutSome(Plan plan, int part) {
    Plan smallest = plan;
    for (int end = plan.events().size(); end > 0 && runs < MOST_RUNS; end -= part) {
      List<Event> some = smallest.events().subList(Math.max(end - part, 0), end);
      Plan smaller = smallest.without(some);
      runs++;
      if (simulation.run(smaller).violates(rule)) {
        smallest = smaller;
      }
    }
    return smallest;
  }
}
