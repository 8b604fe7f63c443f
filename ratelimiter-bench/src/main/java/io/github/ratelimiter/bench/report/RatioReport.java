package io.github.ratelimiter.bench.report;

import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders that were measured in alternating rounds. The first is the one that others are
 * compared with.
 *
 * @param about what was measured, for a heading
 * @param what what the contenders differ in, which is the heading of their names
 * @param rows one for each contender
 */
public record RatioReport(String about, String what, List<RoundTimes> rows) {
  private static final double P50 = 50;
  private static final double P99 = 99;

  /** Copies the list. */
  public RatioReport {
    rows = List.copyOf(rows);
  }

  /** Returns a table for people. */
  public String table() {
    Columns table = new Columns(List.of(what, "p50 µs", "p99", "ratio", "quartiles"), 0);
    for (RoundTimes row : rows) {
      double[] ratios = row.ratios(rows.get(0));
      table.add(
          List.of(
              row.name(),
              Numbers.number(row.micros(P50), 1),
              Numbers.number(row.micros(P99), 1),
              Numbers.number(row.ratio(rows.get(0)), 3),
              Numbers.number(ratios[ratios.length / 4], 3)
                  + " to "
                  + Numbers.number(ratios[3 * ratios.length / 4], 3)));
    }
    return about + "\n\n" + table;
  }

  /** Returns the heading, and an object for each contender, for programs. */
  public String json() {
    List<Map<String, Object>> json = new ArrayList<>();
    for (RoundTimes times : rows) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put(what, times.name());
      row.put("p50Micros", times.micros(P50));
      row.put("p99Micros", times.micros(P99));
      row.put("ratio", times.ratio(rows.get(0)));
      row.put("ratios", times.ratios(rows.get(0)));
      json.add(row);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("about", about);
    report.put("results", json);
    return Json.text(report);
  }
}
