package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Text;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A replay for people. */
final class TableReport {
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int DAY = 86_400;
  private static final int MOST_STEPS = 72;
  private static final int WIDTH = 96;
  private static final int LEAST_KEY = 24;

  private final Replay replay;
  private final boolean unicode;
  private final boolean several;
  private final StringBuilder text = new StringBuilder();

  private TableReport(Replay replay, boolean unicode) {
    this.replay = replay;
    this.unicode = unicode;
    this.several = replay.trials().size() > 1;
  }

  static String of(Replay replay, int top, boolean unicode) {
    TableReport report = new TableReport(replay, unicode);
    report.summary();
    report.policies();
    if (replay.requests() > 0) {
      report.overTime();
      report.mostLimited(top);
    }
    report.warnings();
    return report.text.toString();
  }

  private void summary() {
    String requests = Text.count(replay.requests(), "request");
    String bound = replay.keys().complete() ? "" : "at least ";
    String keys = Text.count(replay.keys().keys(), "key");
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
    if (replay.requests() > 0) {
      line(
          DATE_TIME.format(Instant.ofEpochSecond(replay.firstSecond()))
              + " to "
              + time(replay.lastSecond())
              + " UTC, "
              + Text.duration(replay.lastSecond() - replay.firstSecond()));
    }
    if (replay.malformed() > 0) {
      line(Text.count(replay.malformed(), "malformed line") + " left out");
    }
    if (replay.late() > 0) {
      line(Text.count(replay.late(), "line") + " out of order, counted at the latest time before");
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
              Text.number(trial.allowed()),
              Text.number(trial.refused()),
              Text.percent(trial.refused(), replay.requests()),
              Text.number(replay.keys().limitedKeys(i)),
              worst.counted() == 0
                  ? "-"
                  : time(worst.minute() * 60)
                      + ", "
                      + Text.number(worst.counted())
                      + " of "
                      + Text.number(worst.requests()),
              trial.policy()));
    }
    line("");
    text.append(table);
  }

  private void overTime() {
    Timeline timeline = replay.timeline().inSteps(MOST_STEPS);
    long most = timeline.most(0);
    line("");
    line(
        "Over time, a character for "
            + Text.duration(timeline.stepSeconds())
            + ", the highest is "
            + Text.count(most, "request"));
    line("  requests    " + Sparkline.of(timeline, 0, most, unicode));
    for (int i = 0; i < replay.trials().size(); i++) {
      String title = several ? "  refused " + mark(i) + " " : "  refused     ";
      line((title + Sparkline.of(timeline, i + 1, most, unicode)).stripTrailing());
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
      titles.add("refused" + (several ? " " + mark(policy) : ""));
      if (percents) {
        titles.add("%");
      }
    }
    int width = WIDTH - 11 - policies.length * ((several ? 14 : 10) + (percents ? 10 : 0));
    Columns table = new Columns(titles, 0);
    for (KeyTable.Row row : rows) {
      table.add(cells(row, Math.max(width, LEAST_KEY), policies, percents));
    }
    line("");
    text.append(table);
  }

  private List<String> cells(KeyTable.Row row, int width, int[] policies, boolean percents) {
    List<String> cells = new ArrayList<>();
    cells.add(Text.clip(row.key(), width, unicode ? "\u2026" : "..."));
    cells.add(Text.number(row.requests()));
    for (int policy : policies) {
      cells.add(Text.number(row.refused(policy)));
      if (percents) {
        cells.add(Text.percent(row.refused(policy), row.requests()));
      }
    }
    return cells;
  }

  private void warnings() {
    if (!replay.keys().complete()) {
      line("");
      line(
          "There were more keys than the "
              + Text.number(replay.keys().keys())
              + " told apart: the counts of keys are lower bounds,");
      line("and the most limited are those of the keys told apart. --max-keys raises the bound.");
    }
    for (int i = 0; i < replay.trials().size(); i++) {
      long forgotten = replay.trials().get(i).forgotten();
      if (forgotten > 0) {
        line("");
        line(
            (several ? mark(i) + " " : "")
                + Text.count(forgotten, "key")
                + " had to be forgotten early and got their whole limit again: more would be");
        line("refused in truth. --max-keys raises the bound.");
      }
    }
  }

  private String mark(int policy) {
    return several ? "[" + (policy + 1) + "]" : "";
  }

  /** With its date if the log is longer than a day. */
  private String time(long seconds) {
    boolean oneDay = replay.lastSecond() / DAY == replay.firstSecond() / DAY;
    return (oneDay ? TIME : DATE_TIME).format(Instant.ofEpochSecond(seconds));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
