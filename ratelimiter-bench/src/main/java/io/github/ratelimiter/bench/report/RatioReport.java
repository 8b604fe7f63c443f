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
 * @param more further columns
 */
public record RatioReport(String about, String what, List<RoundTimes> rows, List<Column> more) {
  /**
   * A further column.
   *
   * @param heading its heading
   * @param field its name in JSON
   * @param values a value for each contender
   */
  public record Column(String heading, String field, List<Double> values) {
    /** Copies the list. */
    public Column {
      values = List.copyOf(values);
    }
  }

  private static final double P50 = 50;
  private static final double P99 = 99;

  /** Copies the lists. */
  public RatioReport {
    rows = List.copyOf(rows);
    more = List.copyOf(more);
  }

  /** Returns a table for people. */
  public String table() {
    List<String> headings = new ArrayList<>(List.of(what, "p50 µs", "p99", "ratio", "quartiles"));
    more.forEach(column -> headings.add(column.heading()));
    Columns table = new Columns(headings, 0);
    for (int i = 0; i < rows.size(); i++) {
      table.add(cells(i));
    }
    return about + "\n\n" + table;
  }

  private List<String> cells(int index) {
    RoundTimes row = rows.get(index);
    double[] ratios = row.ratios(rows.get(0));
    List<String> cells = new ArrayList<>();
    cells.add(row.name());
    cells.add(Numbers.number(row.micros(P50), 1));
    cells.add(Numbers.number(row.micros(P99), 1));
    cells.add(Numbers.number(row.ratio(rows.get(0)), 3));
    cells.add(
        Numbers.number(ratios[ratios.length / 4], 3)
            + " to "
            + Numbers.number(ratios[3 * ratios.length / 4], 3));
    more.forEach(column -> cells.add(Numbers.number(column.values().get(index), 1)));
    return cells;
  }

  /** Returns the heading, and an object for each contender, for programs. */
  public String json() {
    List<Map<String, Object>> json = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      RoundTimes times = rows.get(i);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put(what, times.name());
      row.put("p50Micros", times.micros(P50));
      row.put("p99Micros", times.micros(P99));
      row.put("ratio", times.ratio(rows.get(0)));
      row.put("ratios", times.ratios(rows.get(0)));
      for (Column column : more) {
        row.put(column.field(), column.values().get(i));
      }
      json.add(row);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("about", about);
    report.put("results", json);
    return Json.text(report);
  }
}
