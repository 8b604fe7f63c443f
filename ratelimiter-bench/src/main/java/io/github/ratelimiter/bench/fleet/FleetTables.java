package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The tables of the report of a run, with a row for each stage. */
final class FleetTables {
  private static final double[] PERCENTILES = {50, 99, 99.9, 100};

  private FleetTables() {}

  static Columns decisions(FleetResult result) {
    Columns table =
        new Columns(
            List.of(
                "stage",
                "s",
                "offered",
                "decided",
                "decided/s",
                "failed",
                "allowed %",
                "lease %",
                "known refusal %",
                "store %",
                "fallback %"),
            0);
    for (StageResult stage : result.stages()) {
      Outcome outcome = stage.outcome();
      List<String> row = new ArrayList<>();
      row.add(stage.stage().name());
      row.add(Numbers.number(stage.stage().seconds(), 0));
      row.add(Numbers.number(stage.offered()));
      row.add(Numbers.number(stage.decisions()));
      row.add(Numbers.number(outcome.perSecond(), 0));
      row.add(Numbers.number(outcome.failed()));
      row.add(percent(outcome.allowed(false), stage.decisions()));
      for (Source source : sources()) {
        row.add(percent(outcome.decisions(source, false), stage.decisions()));
      }
      table.add(row);
    }
    return table;
  }

  /** Returns the sources of decisions in the order of the reports. */
  static List<Source> sources() {
    return List.of(Source.LEASE, Source.CACHED_REFUSAL, Source.STORE, Source.FALLBACK);
  }

  /** Returns the name of a source in reports. */
  static String name(Source source) {
    return source == Source.CACHED_REFUSAL
        ? "known refusal"
        : source.name().toLowerCase(Locale.ROOT);
  }

  static Columns waits(FleetResult result) {
    Columns table = new Columns(List.of("wait, ms", "by", "p50", "p99", "p99.9", "longest"), 0, 1);
    for (StageResult stage : result.stages()) {
      table.add(wait(stage.stage().name(), "all", stage.outcome().allNanos()));
      for (Source source : sources()) {
        Histogram nanos = stage.outcome().nanos(source);
        if (nanos.getTotalCount() > 0) {
          table.add(wait("", name(source), nanos));
        }
      }
    }
    return table;
  }

  private static List<String> wait(String stage, String source, Histogram nanos) {
    List<String> cells = new ArrayList<>(List.of(stage, source));
    for (double percentile : PERCENTILES) {
      cells.add(
          nanos.getTotalCount() == 0
              ? "-"
              : Numbers.number(nanos.getValueAtPercentile(percentile) / 1e6, 2));
    }
    return cells;
  }

  static Columns costs(FleetResult result) {
    Columns table =
        new Columns(
            List.of(
                "",
                "Redis calls",
                "CPU of instances, µs",
                "CPU of servers, µs",
                "busiest server %",
                "heap, MB",
                "instance, MB",
                "threads",
                "servers, MB"),
            0);
    for (StageResult stage : result.stages()) {
      table.add(
          List.of(
              stage.stage().name(),
              Numbers.number(stage.redisCalls(), 4),
              Numbers.number(stage.instanceCpuMicros(), 1),
              Numbers.number(stage.serverCpuMicros(), 1),
              Numbers.number(100 * stage.servers().busiest(), 1),
              megabytes(stage.largestAtEnd(Usage::heap)),
              megabytes(stage.largestAtEnd(Usage::resident)),
              Numbers.number(stage.largestAtEnd(Usage::threads)),
              megabytes(result.serverMemory(stage))));
    }
    return table;
  }

  static Columns limits(FleetResult result, FleetAudit audit) {
    Columns table =
        new Columns(List.of("", "permits", "overshoot", "left in fullest", "unused %"), 0);
    double permitsPerSecond = Limits.permitsPerSecond(result.setup().policy());
    for (int i = 0; i < result.stages().size(); i++) {
      StageResult stage = result.stages().get(i);
      Audit checked = audit.stages().get(i);
      table.add(
          List.of(
              stage.stage().name(),
              Numbers.number(checked.permits()),
              Numbers.number(checked.overshoot()),
              Numbers.number(checked.headroom()),
              Numbers.number(
                  100 * stage.unused(permitsPerSecond, result.setup().mix().hotKeys()), 1)));
    }
    return table;
  }

  private static String megabytes(long bytes) {
    return bytes == 0 ? "-" : Numbers.number(bytes / 1e6, 0);
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "-" : Numbers.number(100.0 * part / whole, 1);
  }
}
