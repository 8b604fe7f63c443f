package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints a comparison as tables: a summary, and the numbers behind it. */
final class TableReport {
  private TableReport() {}

  static String of(Results results) {
    return String.join(
        "\n",
        results.about() + "\n",
        results.quota() + " by each algorithm\n" + summary(results),
        "Most permits in any interval of one period / limit\n" + mostInOnePeriod(results),
        "Permits granted in " + Arrivals.PERIODS + " periods / limit\n" + granted(results),
        "Server time of a decision, µs: median, fastest and slowest round\n" + serverTime(results),
        "Commands inside the script, per decision\n" + commands(results),
        "Bytes of a key\n" + memory(results));
  }

  private static Columns summary(Results results) {
    Columns table =
        table(
            "most / limit",
            "overload granted",
            "bursts granted",
            "µs alone",
            "µs in a batch",
            "commands alone",
            "in a batch",
            "bytes used",
            "in all");
    for (Results.Row row : results.rows()) {
      add(
          table,
          row.kind().text(),
          number(row.accuracy().worst(), 2),
          number(row.accuracy().granted(Arrivals.CONSTANT_OVERLOAD), 3),
          number(row.accuracy().granted(Arrivals.BURST_PER_PERIOD), 3),
          number(row.alone().micros(), 1),
          number(row.batched().micros(), 1),
          number(row.alone().allCommands(), 2),
          number(row.batched().allCommands(), 2),
          number(row.memory().usage(), 0),
          number(row.memory().total(), 0));
    }
    return table;
  }

  private static Columns mostInOnePeriod(Results results) {
    Columns table = table(Stream.of(Arrivals.values()).map(Arrivals::title).toArray(String[]::new));
    for (Results.Row row : results.rows()) {
      add(
          table,
          row.kind().text(),
          row.accuracy().mostInOnePeriod().values().stream()
              .map(ratio -> number(ratio, 2))
              .toArray(String[]::new));
    }
    return table;
  }

  private static Columns granted(Results results) {
    Columns table = table(Arrivals.LASTING.stream().map(Arrivals::title).toArray(String[]::new));
    for (Results.Row row : results.rows()) {
      add(
          table,
          row.kind().text(),
          Arrivals.LASTING.stream()
              .map(arrivals -> number(row.accuracy().granted(arrivals), 3))
              .toArray(String[]::new));
    }
    return table;
  }

  private static Columns serverTime(Results results) {
    Columns table = table("alone", "fastest", "slowest", "in a batch", "fastest", "slowest");
    for (Results.Row row : results.rows()) {
      add(
          table,
          row.kind().text(),
          Stream.of(row.alone(), row.batched())
              .flatMap(cost -> Stream.of(cost.micros(), cost.fastest(), cost.slowest()))
              .map(micros -> number(micros, 2))
              .toArray(String[]::new));
    }
    return table;
  }

  private static Columns commands(Results results) {
    Columns table = new Columns(List.of("", "alone", "in a batch"), 0, 1, 2);
    for (Results.Row row : results.rows()) {
      add(table, row.kind().text(), commands(row.alone(), 2), commands(row.batched(), 3));
    }
    return table;
  }

  private static String commands(Cost cost, int decimals) {
    return cost.commands().entrySet().stream()
        .map(command -> command.getKey() + " " + number(command.getValue(), decimals))
        .collect(Collectors.joining(", "));
  }

  private static Columns memory(Results results) {
    Columns table = table("limit used", "MEMORY USAGE", "used_memory");
    for (Results.Row row : results.rows()) {
      Stream.concat(Stream.of(row.memory()), row.otherMemory().stream())
          .forEach(
              memory ->
                  add(
                      table,
                      row.kind().text(),
                      memory.usedPercent() + " %",
                      number(memory.usage(), 0),
                      number(memory.total(), 0)));
    }
    return table;
  }

  private static Columns table(String... titles) {
    return new Columns(cells("", titles), 0);
  }

  private static void add(Columns table, String first, String... others) {
    table.add(cells(first, others));
  }

  private static List<String> cells(String first, String... others) {
    List<String> cells = new ArrayList<>();
    cells.add(first);
    cells.addAll(List.of(others));
    return cells;
  }

  private static String number(double number, int decimals) {
    return Numbers.number(number, decimals);
  }
}
