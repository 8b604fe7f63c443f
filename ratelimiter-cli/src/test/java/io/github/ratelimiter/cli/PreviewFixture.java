package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.line;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Previews rules, and looks things up in the report. */
abstract class PreviewFixture {
  @TempDir Path directory;

  String file(String name, String text) {
    return new RuleFiles(directory).write(name, text);
  }

  JsonObject preview(String log, String rules, String... args) {
    List<String> all = new ArrayList<>(List.of("rules", "preview", "--format=json"));
    all.addAll(List.of("--rules", file("new.yaml", rules)));
    all.addAll(List.of(args));
    return ReplayLog.json(Cli.reading(log).execute(all.toArray(new String[0])));
  }

  JsonObject against(String log, String before, String after) {
    return preview(log, after, "--against", file("old.yaml", before));
  }

  static JsonObject row(JsonObject json, String list, String name) {
    for (JsonElement each : json.getAsJsonArray(list)) {
      JsonObject row = each.getAsJsonObject();
      if (row.get(row.has("rule") && !row.has("key") ? "rule" : "key").getAsString().equals(name)) {
        return row;
      }
    }
    throw new AssertionError("no " + name + " in " + json.get(list));
  }

  static long number(JsonObject json, String name) {
    return json.get(name).getAsLong();
  }

  static String rules(String... rules) {
    return "rules: [{" + String.join("}, {", rules) + "}]\n";
  }

  static List<String> notes(JsonObject json) {
    return json.getAsJsonArray("notJudged").asList().stream()
        .map(JsonElement::getAsString)
        .toList();
  }

  /** Requests one second apart, from 10:00:00. */
  static String requests(String ip, String path, int count) {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < count; i++) {
      log.append(line(ip, "10:%02d:%02d".formatted(i / 60, i % 60), path));
    }
    return log.toString();
  }
}
