package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.Text;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The report of a replay as tables. */
final class TableReport {
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int DAY = 86_400;
  private static final int MAX_STEPS = 72;
  private static final int MAX_WIDTH = 96;
  private static final int MIN_KEY_WIDTH = 24;

  private final Replay replay;
  private final boolean unicode;
  private final boolean severalPolicies;
  private final StringBuilder text = new StringBuilder();

  private TableReport(Replay replay, boolean unicode) {
    this.replay = replay;
    this.unicode = unicode;
    this.severalPolicies = replay.trials().size() > 1;
  }

  static String of(Replay replay, int top, boolean unicode) {
    TableReport report = new TableReport(replay, unicode);
    report.summary();
    report.policies();
    report.overTime();
    report.mostLimited(top);
    report.warnings();
    return report.text.toString();
  }

  private void summary() {
    String requests = Numbers.count(replay.requests(), "request");
    String bound = replay.keys().complete() ? "" : "at least ";
    String keys = Numbers.count(replay.keys().keys(), "key");
    line(
        "Replayed "
            + replay.source()
            + ": "
            + requests
            + ", "
            + bound
            + keys
            + " by "
            + replay.keyedBy());
    line(
        DATE_TIME.format(Instant.ofEpochSecond(replay.firstSecond()))
            + " to "
            + time(replay.lastSecond())
            + " UTC, "
            + Numbers.duration(replay.lastSecond() - replay.firstSecond()));
    if (replay.malformed() > 0) {
      line(Numbers.count(replay.malformed(), "malformed line") + " skipped");
    }
    if (replay.late() > 0) {
      line(
          Numbers.count(replay.late(), "line")
              + " out of order, decided at the latest time so far");
    }
  }

  private void policies() {
    Columns table =
        new Columns(
            List.of("", "allowed", "refused", "%", "limited keys", "worst minute", "policy"), 5, 6);
    for (int i = 0; i < replay.trials().size(); i++) {
      Trial trial = replay.trials().get(i);
      Peak.Worst worst = trial.peak();
      table.add(
          List.of(
              mark(i),
              Numbers.number(trial.allowed()),
              Numbers.number(trial.refused()),
              Numbers.percent(trial.refused(), replay.requests()),
              Numbers.number(replay.keys().limitedKeys(i)),
              worst.counted() == 0
                  ? "-"
                  : time(worst.minute() * 60)
                      + ", "
                      + Numbers.number(worst.counted())
                      + " of "
                      + Numbers.number(worst.requests()),
              trial.policy()));
    }
    line("");
    text.append(table);
  }

  private void overTime() {
    Timeline timeline = replay.timeline().inSteps(MAX_STEPS);
    long highest = timeline.highest(0);
    line("");
    line(
        "Over time: one character is "
            + Numbers.duration(timeline.stepSeconds())
            + ", the highest is "
            + Numbers.count(highest, "request"));
    line("  requests    " + Sparkline.of(timeline, 0, highest, unicode));
    for (int i = 0; i < replay.trials().size(); i++) {
      String title = severalPolicies ? "  refused " + mark(i) + " " : "  refused     ";
      line((title + Sparkline.of(timeline, i + 1, highest, unicode)).stripTrailing());
    }
  }

  private void mostLimited(int top) {
    int[] policies = IntStream.range(0, replay.trials().size()).toArray();
    List<KeyTable.Row> rows = replay.keys().top(top, policies);
    if (rows.isEmpty()) {
      return;
    }
    boolean percents = policies.length <= 2;
    List<String> titles = new ArrayList<>(List.of("most limited, by " + replay.keyedBy()));
    titles.add("requests");
    for (int policy : policies) {
      titles.add("refused" + (severalPolicies ? " " + mark(policy) : ""));
      if (percents) {
        titles.add("%");
      }
    }
    int width =
        MAX_WIDTH - 11 - policies.length * ((severalPolicies ? 14 : 10) + (percents ? 10 : 0));
    Columns table = new Columns(titles, 0);
    for (KeyTable.Row row : rows) {
      table.add(cells(row, Math.max(width, MIN_KEY_WIDTH), policies, percents));
    }
    line("");
    text.append(table);
  }

  private List<String> cells(KeyTable.Row row, int width, int[] policies, boolean percents) {
    List<String> cells = new ArrayList<>();
    cells.add(Text.clip(row.key(), width, unicode ? "\u2026" : "..."));
    cells.add(Numbers.number(row.requests()));
    for (int policy : policies) {
      cells.add(Numbers.number(row.refused(policy)));
      if (percents) {
        cells.add(Numbers.percent(row.refused(policy), row.requests()));
      }
    }
    return cells;
  }

  private void warnings() {
    if (!replay.keys().complete()) {
      line("");
      String keys = Numbers.number(replay.keys().keys());
      line("There were more keys than --max-keys allows (" + keys + "). The counts of keys are");
      line("lower bounds, and the list of the most limited keys may be incomplete.");
    }
    for (int i = 0; i < replay.trials().size(); i++) {
      long evictions = replay.trials().get(i).evictions();
      if (evictions > 0) {
        line("");
        line(
            (severalPolicies ? mark(i) + " " : "")
                + "Evicted early: "
                + Numbers.count(evictions, "key")
                + ". An evicted key has its whole limit again, so too few requests");
        line("were refused. Raise --max-keys to avoid this.");
      }
    }
  }

  private String mark(int policy) {
    return severalPolicies ? "[" + (policy + 1) + "]" : "";
  }

  /** Formats a time, with the date unless the log covers a single UTC day. */
  private String time(long seconds) {
    boolean oneDay = replay.lastSecond() / DAY == replay.firstSecond() / DAY;
    return (oneDay ? TIME : DATE_TIME).format(Instant.ofEpochSecond(seconds));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
