package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The report of a load as tables. */
final class LoadReport {
  static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

  private LoadReport() {}

  static String table(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(result.about()).append('\n').append(title(result.setup())).append('\n');
    text.append(loop(result)).append("\n\n");
    text.append(decisions(result.outcome())).append('\n');
    text.append(latencies(result.outcome())).append('\n');
    text.append(server(result));
    if (result.audit() != null) {
      text.append(audit(result, result.audit()));
    }
    return text.toString();
  }

  /** Describes the load in one line. */
  static String title(Setup setup) {
    return String.format(
        Locale.ROOT,
        "%s, %s; %s; %s",
        Numbers.count(setup.instances(), "instance"),
        switch (setup.cache()) {
          case LEASES -> "leases of " + setup.lease().toMillis() + " ms";
          case NONE -> "no cache";
        },
        setup.policy().text(),
        setup.mix().text());
  }

  private static String loop(Result result) {
    Setup setup = result.setup();
    String loop =
        switch (setup.pace().loop()) {
          case THREADS -> "closed loop, " + Numbers.count(setup.pace().concurrency(), "thread");
          case IN_FLIGHT ->
              "closed loop, " + Numbers.number(setup.pace().concurrency()) + " in flight";
          case OPEN, OPEN_SLEEPING ->
              "open loop, "
                  + Numbers.withoutTrailingZeros(setup.pace().rate())
                  + " requests/s intended";
        };
    return String.format(
        Locale.ROOT,
        "%s; %.1f s after %s s of warm-up%s",
        loop,
        result.outcome().seconds(),
        Numbers.withoutTrailingZeros(setup.warmUp().toMillis() / 1e3),
        result.interrupted() ? ", interrupted" : "");
  }

  private static Columns decisions(Outcome outcome) {
    Columns table = new Columns(List.of("", "all", "%", "hot keys", "%"), 0);
    table.add(
        List.of(
            "decisions/s",
            Numbers.number(outcome.perSecond(), 0),
            "",
            Numbers.number(outcome.decisions(true) / outcome.seconds(), 0),
            ""));
    row(table, outcome, "allowed", outcome.allowed(false), outcome.allowed(true));
    row(table, outcome, "refused", outcome.refused(false), outcome.refused(true));
    row(table, outcome, "hits", outcome.hits(false), outcome.hits(true));
    row(table, outcome, "  by a lease", Answer.LEASE);
    row(table, outcome, "  by a known refusal", Answer.CACHED_REFUSAL);
    long byStore = outcome.decisions(false) - outcome.hits(false);
    row(table, outcome, "store", byStore, outcome.decisions(true) - outcome.hits(true));
    if (outcome.failed() > 0) {
      table.add(List.of("failed", Numbers.number(outcome.failed()), "", "", ""));
    }
    return table;
  }

  private static void row(Columns table, Outcome outcome, String name, Answer answer) {
    row(table, outcome, name, outcome.count(answer, false), outcome.count(answer, true));
  }

  private static void row(Columns table, Outcome outcome, String name, long all, long hot) {
    table.add(
        List.of(
            name,
            Numbers.number(all),
            percent(all, outcome.decisions(false)),
            Numbers.number(hot),
            percent(hot, outcome.decisions(true))));
  }

  private static Columns latencies(Outcome outcome) {
    Columns table = new Columns(List.of("microseconds", "p50", "p90", "p99", "p99.9", "max"), 0);
    table.add(latency("all", outcome.allNanos()));
    table.add(latency("hits", outcome.hitNanos()));
    table.add(latency("store", outcome.storeNanos()));
    return table;
  }

  private static List<String> latency(String name, Histogram nanos) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (double percentile : PERCENTILES) {
      cells.add(
          nanos.getTotalCount() == 0
              ? "-"
              : Numbers.number(nanos.getValueAtPercentile(percentile) / 1e3, 1));
    }
    return cells;
  }

  private static String server(Result result) {
    return String.format(
        Locale.ROOT,
        "Redis, per decision: %s key operations, %s round trips, %s commands, %s µs CPU%n",
        fourDecimals(result.serverWork().keyOperations()),
        fourDecimals(result.serverWork().roundTrips()),
        fourDecimals(result.serverWork().commands()),
        fourDecimals(result.serverWork().cpuMicros()));
  }

  private static String audit(Result result, Audit audit) {
    String checked =
        Numbers.number(audit.permits())
            + " permits of "
            + Numbers.count(audit.keys(), "key")
            + (result.logFull() ? " (incomplete: the log was full)" : "");
    if (audit.overshoot() > 0) {
      return "audit: OVERSHOOT of "
          + Numbers.count(audit.overshoot(), "permit")
          + ", worst at "
          + result.setup().mix().create().name(audit.worstKey())
          + ", among "
          + checked
          + "\n";
    }
    return "audit: no overshoot in any interval of "
        + checked
        + "; the fullest interval had room for "
        + Numbers.number(audit.headroom())
        + " more\n";
  }

  private static String fourDecimals(double value) {
    return Numbers.number(value, 4);
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "-" : Numbers.number(100.0 * part / whole, 2);
  }
}
