package io.github.ratelimiter.cli.log;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Parses lines of the W3C extended format, as written by IIS and CloudFront. A {@code #Fields:}
 * line names the columns of the lines below it.
 */
final class W3cLine {
  private static final String FIELDS = "#fields:";

  private final LogTime times;
  private List<String> columns = List.of();

  W3cLine(LogTime times) {
    this.times = times;
  }

  /** Returns whether a {@code #Fields:} line was read. */
  boolean hasHeader() {
    return !columns.isEmpty();
  }

  /** Reads a line that begins with {@code #}. */
  void header(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    if (lower.startsWith(FIELDS)) {
      columns = List.of(lower.substring(FIELDS.length()).strip().split("\\s+"));
    }
  }

  Line read(String line) {
    String[] values = line.split(line.indexOf('\t') >= 0 ? "\t" : " +");
    if (values.length != columns.size()) {
      return new Line.Unusable("its number of columns differs from the #Fields line");
    }
    if (!columns.containsAll(List.of("date", "time", "c-ip"))) {
      return new Line.Unusable("the #Fields line lacks date, time or c-ip");
    }
    OptionalLong micros = times.micros(value(values, "date") + " " + value(values, "time"));
    Address client = Address.firstIn(value(values, "c-ip"));
    if (micros.isEmpty()) {
      return new Line.Unusable(LogTime.PROBLEM);
    }
    if (client == null) {
      return new Line.Unusable(Address.PROBLEM);
    }
    String stem = value(values, columns.contains("cs-uri-stem") ? "cs-uri-stem" : "cs-uri");
    String query = value(values, "cs-uri-query");
    return new Line.Request(
        micros.getAsLong(),
        client.text(),
        value(values, "cs-method"),
        query.equals(Line.MISSING) ? stem : stem + "?" + query,
        value(values, "cs(user-agent)"),
        value(values, "cs-username"),
        Status.of(value(values, "sc-status")));
  }

  private String value(String[] values, String column) {
    int index = columns.indexOf(column);
    return index < 0 || values[index].isEmpty() ? Line.MISSING : values[index];
  }
}
