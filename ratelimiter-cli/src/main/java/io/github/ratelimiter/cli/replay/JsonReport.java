package io.github.ratelimiter.cli.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A replay for programs: one JSON object for each policy, several of them in an array. */
final class JsonReport {
  private JsonReport() {}

  static String of(Replay replay, int top) {
    List<String> objects = new ArrayList<>();
    for (int policy = 0; policy < replay.trials().size(); policy++) {
      objects.add(object(replay, policy, top));
    }
    String all = String.join(",\n", objects);
    return (objects.size() == 1 ? all : "[" + all + "]") + "\n";
  }

  private static String object(Replay replay, int policy, int top) {
    Trial trial = replay.trials().get(policy);
    boolean any = replay.requests() > 0;
    return "{\n  "
        + String.join(
            ",\n  ",
            member("policy", string(trial.policy())),
            member("keyedBy", string(replay.keyedBy())),
            member("source", string(replay.source())),
            member("requests", replay.requests()),
            member("keys", replay.keys().keys()),
            member("keysComplete", replay.keys().complete()),
            member("allowed", trial.allowed()),
            member("refused", trial.refused()),
            member("malformed", replay.malformed()),
            member("late", replay.late()),
            member("limitedKeys", replay.keys().limitedKeys(policy)),
            member("forgottenKeys", trial.forgotten()),
            member("from", any ? time(replay.firstSecond()) : "null"),
            member("to", any ? time(replay.lastSecond()) : "null"),
            member("busiestMinute", minute(replay.busiest(), "requests")),
            member("worstMinute", minute(trial.peak(), "refused")),
            member("topKeys", rows(replay.keys().top(top, policy), policy)))
        + "\n}";
  }

  private static String minute(Peak.Worst worst, String counted) {
    if (worst.counted() == 0) {
      return "null";
    }
    String requests = counted.equals("requests") ? "" : ", " + member("requests", worst.requests());
    return "{"
        + member("begin", time(worst.minute() * 60))
        + requests
        + ", "
        + member(counted, worst.counted())
        + "}";
  }

  private static String rows(List<KeyTable.Row> rows, int policy) {
    List<String> objects = new ArrayList<>();
    for (KeyTable.Row row : rows) {
      long refused = row.refused(policy);
      objects.add(
          "\n    {"
              + String.join(
                  ", ",
                  member("key", string(row.key())),
                  member("requests", row.requests()),
                  member("allowed", row.requests() - refused),
                  member("refused", refused))
              + "}");
    }
    return objects.isEmpty() ? "[]" : "[" + String.join(",", objects) + "\n  ]";
  }

  private static String member(String name, Object value) {
    return string(name) + ": " + value;
  }

  private static String time(long seconds) {
    return string(Instant.ofEpochSecond(seconds).toString());
  }

  /** In ASCII alone, so that no terminal and no pipe changes it. */
  private static String string(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        json.append(c);
      } else {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return json.append('"').toString();
  }
}
