package io.github.ratelimiter.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongPredicate;

/** Runs as many seeds as the build wants, or as long as somebody else does. */
final class Seeded {
  static final long FIRST = Long.getLong("simulation.seed", 1);
  private static final long MINUTES = Long.getLong("simulation.minutes", 0);

  private Seeded() {}

  static void run(String engine, long usual) {
    long seeds = Long.getLong("simulation.seeds", usual);
    LongPredicate more = MINUTES > 0 ? Main.forMinutes(MINUTES) : done -> done < seeds;
    Report report = Main.run(engine, FIRST, more);
    System.out.println(report);
    assertThat(report.failures()).as(report::toString).isEmpty();
    assertThat(report.missing()).as(report::toString).isEmpty();
  }
}
