package io.github.ratelimiter.simulation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** The results of many runs, for people. */
record Report(
    String engine,
    long seeds,
    long failed,
    Counts counts,
    Map<String, List<Long>> failures,
    List<String> stories) {
  /** With fewer seeds, a missing kind of event is not significant. */
  private static final long ENOUGH = 150;

  private static final int SEEDS_NAMED = 10;

  boolean isGood() {
    return failures.isEmpty() && missing().isEmpty();
  }

  /** Returns the kinds of events that never occurred. */
  List<Kind> missing() {
    return seeds < ENOUGH ? List.of() : counts.missing();
  }

  /** Returns a short plan that breaks a rule, and the log of its run. */
  static String story(long seed, String rule, Result result) {
    StringJoiner text = new StringJoiner(System.lineSeparator());
    text.add("Seed " + seed + " breaks '" + rule + "' with these events alone:");
    text.add("  " + result.plan().setup());
    result.plan().events().forEach(event -> text.add("  " + event.index() + " " + event.kind()));
    text.add("and this is what happens:");
    result.story().forEach(text::add);
    result.violations().forEach(violation -> text.add(violation.toString()));
    return text.toString();
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(System.lineSeparator());
    text.add(seeds + " seeds with the engine '" + engine + "', " + failed + " of them failed");
    for (Kind kind : Kind.values()) {
      text.add(String.format(Locale.ROOT, "%12d %s", counts.of(kind), kind));
    }
    missing().forEach(kind -> text.add("Never occurred: " + kind));
    failures.forEach(
        (rule, of) -> text.add("'" + rule + "' is broken by " + of.size() + ": " + some(of)));
    failures.values().stream().findFirst().ifPresent(of -> text.add(command(of.get(0))));
    stories.forEach(text::add);
    return text.toString();
  }

  private static String some(List<Long> of) {
    return of.subList(0, Math.min(of.size(), SEEDS_NAMED)) + (of.size() > SEEDS_NAMED ? "..." : "");
  }

  private String command(long seed) {
    return "To see one again: mvn -pl ratelimiter-simulation -am test"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dtest="
        + (engine.equals("java") ? "JavaSimulationTest" : "ScriptSimulationTest")
        + " -Dsimulation.seeds=1 -Dsimulation.seed="
        + seed;
  }
}
