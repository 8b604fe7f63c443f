package io.github.ratelimiter.cli.replay;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of a replay as JSON: one object, or an array of one object for each policy. */
final class JsonReport {
  /** A member in each line. */
  private static final FormattingStyle LINES = FormattingStyle.PRETTY;

  /** All members in one line. */
  private static final FormattingStyle ONE_LINE =
      FormattingStyle.COMPACT.withSpaceAfterSeparators(true);

  private final Replay replay;
  private final int policy;
  private final StringWriter text = new StringWriter();
  private final JsonWriter json = new JsonWriter(text);

  private JsonReport(Replay replay, int policy) {
    this.replay = replay;
    this.policy = policy;
  }

  static String of(Replay replay, int top) {
    List<String> objects = new ArrayList<>();
    for (int policy = 0; policy < replay.trials().size(); policy++) {
      try {
        objects.add(new JsonReport(replay, policy).object(top));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    String all = String.join(",\n", objects);
    return (objects.size() == 1 ? all : "[" + all + "]") + "\n";
  }

  private String object(int top) throws IOException {
    Trial trial = replay.trials().get(policy);
    json.setFormattingStyle(LINES);
    json.beginObject();
    json.name("policy").value(trial.policy());
    json.name("keyedBy").value(replay.keyedBy());
    json.name("source").value(replay.source());
    json.name("requests").value(replay.requests());
    json.name("keys").value(replay.keys().keys());
    json.name("keysComplete").value(replay.keys().complete());
    json.name("allowed").value(trial.allowed());
    json.name("refused").value(trial.refused());
    json.name("malformed").value(replay.malformed());
    json.name("late").value(replay.late());
    json.name("limitedKeys").value(replay.keys().limitedKeys(policy));
    json.name("forgottenKeys").value(trial.forgotten());
    json.name("from").value(time(replay.firstSecond()));
    json.name("to").value(time(replay.lastSecond()));
    minute("busiestMinute", replay.busiest(), "requests");
    minute("worstMinute", trial.peak(), "refused");
    json.name("topKeys").beginArray();
    for (KeyTable.Row row : replay.keys().top(top, policy)) {
      row(row);
    }
    json.endArray().endObject();
    return ascii(text.toString());
  }

  private void minute(String name, Peak.Worst worst, String counted) throws IOException {
    json.name(name);
    if (worst.counted() == 0) {
      json.nullValue();
      return;
    }
    beginLine();
    json.name("begin").value(time(worst.minute() * 60));
    if (!counted.equals("requests")) {
      json.name("requests").value(worst.requests());
    }
    json.name(counted).value(worst.counted());
    endLine();
  }

  private void row(KeyTable.Row row) throws IOException {
    long refused = row.refused(policy);
    beginLine();
    json.name("key").value(row.key());
    json.name("requests").value(row.requests());
    json.name("allowed").value(row.requests() - refused);
    json.name("refused").value(refused);
    endLine();
  }

  private void beginLine() throws IOException {
    json.beginObject();
    json.setFormattingStyle(ONE_LINE);
  }

  private void endLine() throws IOException {
    json.endObject();
    json.setFormattingStyle(LINES);
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }

  /** Escapes everything but ASCII, so that no terminal and no pipe changes it. */
  private static String ascii(String json) {
    StringBuilder ascii = new StringBuilder(json.length());
    json.chars()
        .forEach(c -> ascii.append(c < 0x7f ? (char) c : String.format(Locale.ROOT, "\\u%04x", c)));
    return ascii.toString();
  }
}
