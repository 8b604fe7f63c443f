package io.github.ratelimiter.cli.replay;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.ratelimiter.cli.JsonText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The JSON report of a replay: one object, or an array with an object for each policy. */
final class JsonReport {
  /** Writes each member on its own line. */
  private static final FormattingStyle MULTI_LINE = FormattingStyle.PRETTY;

  /** Writes all members on one line. */
  private static final FormattingStyle SINGLE_LINE =
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
    json.setFormattingStyle(MULTI_LINE);
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
    json.name("forgottenKeys").value(trial.evictions());
    json.name("from").value(time(replay.firstSecond()));
    json.name("to").value(time(replay.lastSecond()));
    minute("busiestMinute", replay.busiest(), "requests");
    minute("worstMinute", trial.peak(), "refused");
    json.name("topKeys").beginArray();
    for (KeyTable.Row row : replay.keys().top(top, policy)) {
      row(row);
    }
    json.endArray().endObject();
    return JsonText.ascii(text.toString());
  }

  private void minute(String name, Peak.Worst worst, String countName) throws IOException {
    json.name(name);
    if (worst.counted() == 0) {
      json.nullValue();
      return;
    }
    beginSingleLine();
    json.name("begin").value(time(worst.minute() * 60));
    if (!countName.equals("requests")) {
      json.name("requests").value(worst.requests());
    }
    json.name(countName).value(worst.counted());
    endSingleLine();
  }

  private void row(KeyTable.Row row) throws IOException {
    long refused = row.refused(policy);
    beginSingleLine();
    json.name("key").value(row.key());
    json.name("requests").value(row.requests());
    json.name("allowed").value(row.requests() - refused);
    json.name("refused").value(refused);
    endSingleLine();
  }

  private void beginSingleLine() throws IOException {
    json.beginObject();
    json.setFormattingStyle(SINGLE_LINE);
  }

  private void endSingleLine() throws IOException {
    json.endObject();
    json.setFormattingStyle(MULTI_LINE);
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }
}
