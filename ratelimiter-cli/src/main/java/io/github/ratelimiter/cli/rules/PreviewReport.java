package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.Columns;
import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.Text;
import io.github.ratelimiter.cli.log.LogScan;
import io.github.ratelimiter.cli.rules.Tally.Count;
import io.github.ratelimiter.rules.file.RuleSetDiff;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of a preview as tables. */
final class PreviewReport {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int DAY = 86_400;
  private static final int RULE_WIDTH = 24;
  private static final int KEY_WIDTH = 36;

  private final Preview preview;
  private final boolean hasBefore;
  private final String ellipsis;
  private final StringBuilder text = new StringBuilder();

  private PreviewReport(Preview preview, boolean unicode) {
    this.preview = preview;
    this.hasBefore = preview.before().isPresent();
    this.ellipsis = unicode ? "\u2026" : "...";
  }

  static String of(Preview preview, CheckedFile rules, int top, boolean unicode) {
    PreviewReport report = new PreviewReport(preview, unicode);
    report.summary();
    report.changes();
    report.findings(rules);
    report.totals();
    report.byRule();
    report.byKey(report.hasBefore ? "newly refused" : "refused", Count.NEWLY_REFUSED, top);
    report.byKey("no longer refused", Count.NO_LONGER_REFUSED, top);
    report.unjudged();
    report.warnings();
    return report.text.toString();
  }

  private void summary() {
    LogScan scan = preview.scan();
    line(
        "Previewed %s: %s, %s%s"
            .formatted(
                String.join(", ", preview.sources()),
                Numbers.count(scan.requests(), "request"),
                preview.keys().isComplete() ? "" : "at least ",
                Numbers.count(preview.keys().size(), "key")));
    boolean isOneDay = scan.firstSecond() / DAY == scan.second() / DAY;
    line(
        "%s to %s UTC, %s"
            .formatted(
                MINUTE.format(Instant.ofEpochSecond(scan.firstSecond())),
                (isOneDay ? TIME : MINUTE).format(Instant.ofEpochSecond(scan.second())),
                Numbers.duration(scan.second() - scan.firstSecond())));
    if (scan.malformed() > 0) {
      line(Numbers.count(scan.malformed(), "malformed line") + " skipped");
    }
    if (scan.late() > 0) {
      line(Numbers.count(scan.late(), "line") + " out of order, decided at the latest time so far");
    }
  }

  private void changes() {
    preview
        .before()
        .ifPresent(
            before -> {
              RuleSetDiff diff = RuleSetDiff.between(before, preview.after());
              line("");
              line(diff.isEmpty() ? "The rules are the same" : "Changes of the rules");
              diff.changes().forEach(change -> line("  " + Text.readable(change.toString())));
            });
  }

  private void findings(CheckedFile rules) {
    if (!rules.findings().isEmpty()) {
      line("");
      line(
          "%s has %s: rules check prints them"
              .formatted(rules.name(), Numbers.count(rules.findings().size(), "probable mistake")));
    }
  }

  private void totals() {
    line("");
    if (!hasBefore) {
      line(
          "%s refused, %s, of %s"
              .formatted(
                  Numbers.count(preview.all().get(Count.REFUSED), "request"),
                  percent(Count.REFUSED),
                  Numbers.count(preview.keysWith(Count.REFUSED), "key")));
      return;
    }
    Columns table = new Columns(List.of("", "refused", "%", "keys"), 0);
    total(table, "before", Count.REFUSED_BEFORE);
    total(table, "after", Count.REFUSED);
    total(table, "newly", Count.NEWLY_REFUSED);
    total(table, "no longer", Count.NO_LONGER_REFUSED);
    text.append(table);
  }

  private void total(Columns table, String name, Count count) {
    table.add(
        List.of(
            name,
            Numbers.number(preview.all().get(count)),
            percent(count),
            Numbers.number(preview.keysWith(count))));
  }

  private String percent(Count count) {
    return Numbers.percent(preview.all().get(count), preview.scan().requests());
  }

  private void byRule() {
    List<Count> counts = new ArrayList<>(List.of(Count.REQUESTS));
    if (hasBefore) {
      counts.addAll(List.of(Count.REFUSED_BEFORE, Count.REFUSED));
      counts.addAll(List.of(Count.NEWLY_REFUSED, Count.NO_LONGER_REFUSED));
    } else {
      counts.add(Count.REFUSED);
    }
    for (Count seldom : List.of(Count.DELAYED, Count.SHADOW_REFUSED, Count.BANS)) {
      if (preview.rules().count(rule -> rule.get(seldom) > 0) > 0) {
        counts.add(seldom);
      }
    }
    List<String> titles = new ArrayList<>(List.of("by rule"));
    counts.forEach(count -> titles.add(title(count)));
    titles.add("first");
    Columns table = new Columns(titles, 0);
    for (Tallies.Row row : preview.rules().all()) {
      List<String> cells = new ArrayList<>(List.of(Text.clip(row.name(), RULE_WIDTH, ellipsis)));
      counts.forEach(count -> cells.add(Numbers.number(row.get(count))));
      cells.add(first(row));
      table.add(cells);
    }
    line("");
    text.append(table);
    long other = preview.all().get(Count.OTHER_RULE);
    if (other > 0) {
      line(
          Numbers.count(other, "request is", "requests are")
              + " refused as before, but by another rule");
    }
  }

  private String title(Count count) {
    return switch (count) {
      case REQUESTS -> "requests";
      case REFUSED_BEFORE -> "before";
      case REFUSED -> hasBefore ? "after" : "refused";
      case NEWLY_REFUSED -> "newly";
      case NO_LONGER_REFUSED -> "no longer";
      case DELAYED -> "delayed";
      case SHADOW_REFUSED -> "in shadow";
      case BANS -> "bans";
      default -> throw new AssertionError(count);
    };
  }

  private static String first(Tallies.Row row) {
    return row.get(Count.NEWLY_REFUSED) == 0
        ? "-"
        : SECOND.format(Instant.ofEpochSecond(row.tally().firstNewlyRefused()));
  }

  private void byKey(String title, Count change, int top) {
    List<Tallies.Row> rows = preview.keys().top(top, change);
    if (rows.isEmpty()) {
      return;
    }
    boolean isNewly = change == Count.NEWLY_REFUSED;
    List<Count> counts =
        hasBefore
            ? List.of(Count.REQUESTS, Count.REFUSED_BEFORE, Count.REFUSED, change)
            : List.of(Count.REQUESTS, Count.REFUSED);
    List<String> titles = new ArrayList<>(List.of(title + ", by key", "rule"));
    counts.forEach(count -> titles.add(title(count)));
    if (isNewly) {
      titles.add("first");
    }
    Columns table = new Columns(titles, 0, 1);
    for (Tallies.Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(Text.clip(row.name(), KEY_WIDTH, ellipsis)));
      cells.add(Text.clip(row.tally().firstRule(change), RULE_WIDTH, ellipsis));
      counts.forEach(count -> cells.add(Numbers.number(ofKey(row, count))));
      if (isNewly) {
        cells.add(first(row));
      }
      table.add(cells);
    }
    line("");
    text.append(table);
  }

  private static long ofKey(Tallies.Row row, Count count) {
    return switch (count) {
      case REFUSED_BEFORE -> row.refusedBefore();
      case REFUSED -> row.refused();
      default -> row.get(count);
    };
  }

  private void unjudged() {
    List<String> notes = Unjudged.of(preview);
    if (!notes.isEmpty()) {
      line("");
      line("The log does not have all that these rules need");
      notes.forEach(note -> line("  " + Text.readable(note)));
    }
  }

  private void warnings() {
    if (!preview.keys().isComplete()) {
      line("");
      line(
          "There were more keys than --max-keys allows (%s). The counts of keys are lower bounds,"
              .formatted(Numbers.number(preview.keys().size())));
      line("and the lists of keys may be incomplete.");
    }
    if (preview.evictions() > 0) {
      line("");
      line(
          "Evicted early: %s. An evicted key has its whole limit again, so too few requests"
              .formatted(Numbers.count(preview.evictions(), "key")));
      line("were refused. Raise --max-keys to avoid this.");
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
