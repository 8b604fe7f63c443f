package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.report.Json;
import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report of a comparison, as a table or as JSON. */
final class ComparisonReport {
  private static final List<RedisContender> COMPARED =
      List.of(
          RedisContender.BUCKET4J,
          RedisContender.BUCKET4J_BATCHING,
          RedisContender.REDISSON,
          RedisContender.EVALSHA);
  private static final List<String> TITLES =
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
          "failed");
  private static final double P50 = 50;
  private static final double P99 = 99;
  private static final double P999 = 99.9;

  private ComparisonReport() {}

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
          .forEach(
              (contender, bytes) -> memory.add(List.of(contender.text(), Numbers.number(bytes, 0))));
      text.append('\n').append(memory);
    }
    return text.toString();
  }

  private static Columns table(Results results, Load load) {
    List<RedisContender> compared =
        COMPARED.stream().filter(contender -> results.row(load, contender) != null).toList();
    List<String> titles = new ArrayList<>(TITLES);
    compared.forEach(contender -> titles.add("/ " + contender.text()));
    Columns table = new Columns(titles, 0);
    for (Row row : results.rows(load)) {
      List<String> cells = new ArrayList<>();
      cells.add(row.contender().text());
      cells.add(Numbers.number(row.perSecond(), 0));
      cells.add(Numbers.number(row.millis(P50), 3));
      cells.add(Numbers.number(row.millis(P99), 2));
      cells.add(Numbers.number(row.millis(P999), 2));
      cells.add(Numbers.number(row.median(Measurement::scripts), 3));
      cells.add(Numbers.number(row.median(Measurement::commands), 2));
      cells.add(Numbers.number(row.median(Measurement::commandMicros), 2));
      cells.add(Numbers.number(row.median(Measurement::cpuMicros), 2));
      cells.add(Numbers.number(row.failed(), 0));
      for (RedisContender contender : compared) {
        cells.add(Numbers.number(row.times(results.row(load, contender)), 2));
      }
      table.add(cells);
    }
    return table;
  }

  // --- for programs ----------------------------------------------------------------------------

  static String json(Results results) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Load load : results.loads()) {
      results.rows(load).forEach(row -> rows.add(json(results, row)));
    }
    Map<String, Double> memory = new LinkedHashMap<>();
    results.bytesPerKey().forEach((contender, bytes) -> memory.put(contender.text(), bytes));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("about", results.about());
    all.put("results", rows);
    all.put("bytesPerKey", memory);
    return Json.text(all);
  }

  private static Map<String, Object> json(Results results, Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("load", row.load().toString());
    json.put("contender", row.contender().text());
    json.put("decisionsPerSecond", row.perSecond());
    json.put("p50Millis", row.millis(P50));
    json.put("p99Millis", row.millis(P99));
    json.put("p999Millis", row.millis(P999));
    json.put("scriptsPerDecision", row.median(Measurement::scripts));
    json.put("commandsPerDecision", row.median(Measurement::commands));
    json.put("commandMicrosPerDecision", row.median(Measurement::commandMicros));
    json.put("cpuMicrosPerDecision", row.median(Measurement::cpuMicros));
    json.put("failed", row.failed());
    for (RedisContender contender : COMPARED) {
      Row other = results.row(row.load(), contender);
      if (other != null) {
        json.put("times " + contender.text(), row.times(other));
      }
    }
    return json;
  }
}
