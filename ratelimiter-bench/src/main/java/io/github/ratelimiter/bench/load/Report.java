package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.cli.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A result as text, for people. */
final class Report {
  static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

  private Report() {}

  static String table(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(result.about()).append('\n').append(title(result.setup())).append('\n');
    text.append(how(result)).append("\n\n");
    text.append(decisions(result)).append('\n');
    text.append(latencies(result)).append('\n');
    text.append(server(result));
    if (result.audit() != null) {
      text.append(audit(result, result.audit()));
    }
    return text.toString();
  }

  /** What load it is, in a line. */
  static String title(Setup setup) {
    return String.format(
        Locale.ROOT,
        "%s, %s; %s; %s",
        count(setup.instances(), "instance"),
        switch (setup.cache()) {
          case LEASES -> "leases of " + setup.lease().toMillis() + " ms";
          case NONE -> "no cache";
        },
        setup.policy().text(),
        setup.hotShare() >= 1
            ? count(setup.hotKeys(), "key")
            : String.format(
                Locale.ROOT,
                "%s %% on %s, the rest over %s",
                trimmed(100 * setup.hotShare()),
                count(setup.hotKeys(), "key"),
                number(setup.keys())));
  }

  private static String how(Result result) {
    Setup setup = result.setup();
    String loop =
        switch (setup.loop()) {
          case THREADS -> "closed loop, " + count(setup.concurrency(), "thread");
          case IN_FLIGHT -> "closed loop, " + number(setup.concurrency()) + " in flight";
          case OPEN -> "open loop, " + trimmed(setup.rate()) + " a second intended";
        };
    return String.format(
        Locale.ROOT,
        "%s; %.1f s after %s s of warm-up%s",
        loop,
        result.seconds(),
        trimmed(setup.warmUp().toMillis() / 1e3),
        result.interrupted() ? ", interrupted" : "");
  }

  private static Columns decisions(Result result) {
    Columns table = new Columns(List.of("", "all", "%", "hot keys", "%"), 0);
    table.add(
        List.of(
            "decisions/s",
            number(result.perSecond()),
            "",
            number(result.decisions(true) / result.seconds()),
            ""));
    row(table, result, "allowed", result.allowed(false), result.allowed(true));
    row(table, result, "refused", result.refused(false), result.refused(true));
    row(table, result, "hits", result.hits(false), result.hits(true));
    row(table, result, "  by a lease", Kind.LEASE);
    row(table, result, "  by a known refusal", Kind.CACHED_REFUSAL);
    long asked = result.decisions(false) - result.hits(false);
    row(table, result, "store", asked, result.decisions(true) - result.hits(true));
    if (result.failed() > 0) {
      table.add(List.of("failed", number(result.failed()), "", "", ""));
    }
    return table;
  }

  private static void row(Columns table, Result result, String name, Kind kind) {
    row(table, result, name, result.count(kind, false), result.count(kind, true));
  }

  private static void row(Columns table, Result result, String name, long all, long hot) {
    table.add(
        List.of(
            name,
            number(all),
            percent(all, result.decisions(false)),
            number(hot),
            percent(hot, result.decisions(true))));
  }

  private static Columns latencies(Result result) {
    Columns table = new Columns(List.of("microseconds", "p50", "p90", "p99", "p99.9", "max"), 0);
    table.add(latency("all", result.all()));
    table.add(latency("hits", result.hits()));
    table.add(latency("store", result.asked()));
    return table;
  }

  private static List<String> latency(String name, Histogram nanos) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (double percentile : PERCENTILES) {
      cells.add(
          nanos.getTotalCount() == 0
              ? "-"
              : String.format(Locale.ROOT, "%,.1f", nanos.getValueAtPercentile(percentile) / 1e3));
    }
    return cells;
  }

  private static String server(Result result) {
    return String.format(
        Locale.ROOT,
        "Redis, a decision: %s key operations, %s round trips, %s commands, %s µs of processor%n",
        fraction(result.keyOperations()),
        fraction(result.roundTrips()),
        fraction(result.commands()),
        fraction(result.cpuMicros()));
  }

  private static String audit(Result result, Audit audit) {
    String checked =
        number(audit.permits())
            + " permits of "
            + count(audit.keys(), "key")
            + (result.logFull() ? " (the log was full: not all)" : "");
    if (audit.overshoot() > 0) {
      return "audit: OVERSHOOT of "
          + count(audit.overshoot(), "permit")
          + ", most at "
          + result.setup().mix().name(audit.worstKey())
          + "; of "
          + checked
          + "\n";
    }
    return "audit: no overshoot in any interval of "
        + checked
        + "; the fullest had room for "
        + number(audit.headroom())
        + " more\n";
  }

  private static String fraction(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.2f", 100.0 * part / whole);
  }

  private static String trimmed(double value) {
    return String.format(Locale.ROOT, "%,.3f", value).replaceAll("\\.?0+$", "");
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "-";
  }

  private static String count(long number, String thing) {
    return number(number) + " " + thing + (number == 1 ? "" : "s");
  }
}
