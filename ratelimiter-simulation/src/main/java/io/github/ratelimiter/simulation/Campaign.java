package io.github.ratelimiter.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Runs many seeds, one after another. */
final class Campaign {
  /**
   * The number of failing seeds per rule that are reported with their story. Others are only
   * counted.
   */
  private static final int TOLD = 1;

  private static final int MOST_FAILURES = 200;

  private final String engineName;
  private final Simulation simulation;
  private final Counts counts = new Counts();
  private final Map<String, List<Long>> failures = new TreeMap<>();
  private final List<String> stories = new ArrayList<>();
  private long seeds;
  private long failed;

  /**
   * Creates a campaign.
   *
   * @param engineName the name of the engine in the command that replays a seed
   */
  Campaign(String engineName, Simulation simulation) {
    this.engineName = engineName;
    this.simulation = simulation;
  }

  /**
   * Runs seeds, starting at {@code first}, while {@code more} accepts the number of seeds that were
   * run.
   */
  Report run(long first, LongPredicate more) {
    for (long seed = first; more.test(seeds) && failed < MOST_FAILURES; seed++) {
      Result result = simulation.run(Plan.of(seed));
      seeds++;
      counts.add(result.counts());
      if (result.failed()) {
        failed++;
        for (Violation violation : result.violations()) {
          note(seed, violation);
        }
      }
    }
    return new Report(engineName, seeds, failed, counts, failures, stories);
  }

  private void note(long seed, Violation violation) {
    List<Long> same = failures.computeIfAbsent(violation.rule(), rule -> new ArrayList<>());
    same.add(seed);
    if (same.size() <= TOLD) {
      Plan shrunk = new Shrinker(simulation, violation.rule()).shrink(Plan.of(seed));
      stories.add(Report.story(seed, violation.rule(), simulation.tell(shrunk)));
    }
  }
}
