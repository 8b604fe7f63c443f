package io.github.ratelimiter.simulation;

import java.time.Duration;
import java.util.function.LongPredicate;

/**
 * Runs seeds for a given time: {@code Main <java|scripts> <first seed> <minutes>}. With {@code 0}
 * minutes it runs that one seed only.
 */
public final class Main {
  private Main() {}

  /**
   * Runs, prints the results, and exits with 1 if a published guarantee did not hold.
   *
   * @param args the engine, the first seed, and the number of minutes
   */
  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println("java|scripts <first seed> <minutes>");
      System.exit(2);
    }
    Report report = run(args[0], Long.parseLong(args[1]), forMinutes(Long.parseLong(args[2])));
    System.out.println(report);
    System.exit(report.isGood() ? 0 : 1);
  }

  static Report run(String engine, long seed, LongPredicate more) {
    try (Engine decides = engine.equals("java") ? new JavaEngine() : new ScriptEngine()) {
      return new Campaign(engine, new Simulation(decides)).run(seed, more);
    }
  }

  static LongPredicate forMinutes(long minutes) {
    long start = System.nanoTime();
    long nanos = Duration.ofMinutes(minutes).toNanos();
    return done -> done == 0 || System.nanoTime() - start < nanos;
  }
}
