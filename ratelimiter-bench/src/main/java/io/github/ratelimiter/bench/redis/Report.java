package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.cli.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results as text. */
final class Report {
  private static final List<Contender> COMPARED =
      List.of(
          Contender.BUCKET4J, Contender.BUCKET4J_BATCHING, Contender.REDISSON, Contender.EVALSHA);
  private static final double P50 = 50;
  private static final double P99 = 99;
  private static final double P999 = 99.9;

  private Report() {}

  // --- for people ------------------------------------------------------------------------------

  static String table(Results results) {
    StringBuilder text = new StringBuilder(results.about()).append('\n');
    for (Load load : results.loads()) {
      text.append('\n').append(load.title()).append('\n').append(table(results, load));
    }
    if (!results.bytesPerKey().isEmpty()) {
      Columns memory = new Columns(List.of("", "bytes a key"), 0);
      results
          .bytesPerKey()
          .forEach((contender, bytes) -> memory.add(List.of(contender.text(), number(bytes, 0))));
      text.append('\n').append(memory);
    }
    return text.toString();
  }

  private static Columns table(Results results, Load load) {
    List<String> titles =
        new ArrayList<>(
            List.of(
                "",
                "decisions/s",
                "p50 ms",
                "p99",
                "p99.9",
                "scripts",
                "commands",
                "command µs",
                "CPU µs",
                "failed"));
    List<Contender> compared =
        COMPARED.stream().filter(contender -> results.row(load, contender) != null).toList();
    compared.forEach(contender -> titles.add("/ " + contender.text()));
    Columns table = new Columns(titles, 0);
    for (Row row : results.rows(load)) {
      List<String> cells = new ArrayList<>();
      cells.add(row.contender().text());
      cells.add(number(row.perSecond(), 0));
      cells.add(number(row.millis(P50), 3));
      cells.add(number(row.millis(P99), 2));
      cells.add(number(row.millis(P999), 2));
      cells.add(number(row.median(Measurement::scripts), 3));
      cells.add(number(row.median(Measurement::commands), 2));
      cells.add(number(row.median(Measurement::commandMicros), 2));
      cells.add(number(row.median(Measurement::cpuMicros), 2));
      cells.add(number(row.failed(), 0));
      for (Contender contender : compared) {
        cells.add(number(row.times(results.row(load, contender)), 2));
      }
      table.add(cells);
    }
    return table;
  }

  private static String number(double value, int digits) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : "-";
  }

  // --- for programs ----------------------------------------------------------------------------

  static String json(Results results) {
    List<String> objects = new ArrayList<>();
    for (Load load : results.loads()) {
      results.rows(load).forEach(row -> objects.add("    " + json(results, row)));
    }
    List<String> memory = new ArrayList<>();
    results
        .bytesPerKey()
        .forEach((contender, bytes) -> memory.add("\"" + contender.text() + "\": " + json(bytes)));
    return "{\n  \"about\": \""
        + results.about().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "; ")
        + "\",\n  \"results\": [\n"
        + String.join(",\n", objects)
        + "\n  ],\n  \"bytesPerKey\": {"
        + String.join(", ", memory)
        + "}\n}\n";
  }

  private static String json(Results results, Row row) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("decisionsPerSecond", row.perSecond());
    values.put("p50Millis", row.millis(P50));
    values.put("p99Millis", row.millis(P99));
    values.put("p999Millis", row.millis(P999));
    values.put("scriptsPerDecision", row.median(Measurement::scripts));
    values.put("commandsPerDecision", row.median(Measurement::commands));
    values.put("commandMicrosPerDecision", row.median(Measurement::commandMicros));
    values.put("cpuMicrosPerDecision", row.median(Measurement::cpuMicros));
    values.put("failed", (double) row.failed());
    for (Contender contender : COMPARED) {
      Row other = results.row(row.load(), contender);
      if (other != null) {
        values.put("times " + contender.text(), row.times(other));
      }
    }
    List<String> members = new ArrayList<>();
    members.add("\"load\": \"" + row.load() + "\"");
    members.add("\"contender\": \"" + row.contender().text() + "\"");
    values.forEach((name, value) -> members.add("\"" + name + "\": " + json(value)));
    return "{" + String.join(", ", members) + "}";
  }

  private static String json(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null";
  }
}
