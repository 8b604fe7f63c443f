package io.github.ratelimiter.cli.rules;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.ratelimiter.cli.JsonText;
import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.Text;
import io.github.ratelimiter.rules.Finding;
import io.github.ratelimiter.rules.file.Mistake;
import java.util.List;

/** The result of a check, as text and as JSON. */
final class CheckReport {
  private CheckReport() {}

  static String text(List<CheckedFile> files) {
    StringBuilder text = new StringBuilder();
    for (CheckedFile file : files) {
      file.mistakes().forEach(mistake -> line(text, file.line(mistake)));
      for (Finding finding : file.findings()) {
        String rule = finding.rule().map(id -> "rule '" + id + "': ").orElse("");
        line(text, file.name() + ": " + rule + Text.readable(finding.sentence()));
        line(text, "    " + finding.check() + ": " + finding.link());
      }
      line(text, file.name() + ": " + summary(file));
    }
    return text.toString();
  }

  private static String summary(CheckedFile file) {
    if (!file.mistakes().isEmpty()) {
      return Numbers.count(file.mistakes().size(), "mistake");
    }
    int findings = file.findings().size();
    return Numbers.count(file.ruleCount(), "rule")
        + ", no mistake, "
        + (findings == 0 ? "no finding" : Numbers.count(findings, "finding"));
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }

  static String json(List<CheckedFile> files) {
    JsonArray array = new JsonArray();
    for (CheckedFile file : files) {
      JsonObject object = new JsonObject();
      object.addProperty("file", file.name());
      object.addProperty("rules", file.ruleCount());
      JsonArray mistakes = new JsonArray();
      file.mistakes().forEach(mistake -> mistakes.add(json(mistake)));
      object.add("mistakes", mistakes);
      JsonArray findings = new JsonArray();
      file.findings().forEach(finding -> findings.add(json(finding)));
      object.add("findings", findings);
      array.add(object);
    }
    JsonObject all = new JsonObject();
    all.add("files", array);
    return JsonText.of(all);
  }

  private static JsonObject json(Mistake mistake) {
    JsonObject object = new JsonObject();
    if (mistake.place() instanceof Mistake.Position position) {
      object.addProperty("line", position.line());
      object.addProperty("column", position.column());
    } else if (mistake.place() instanceof Mistake.Variable variable) {
      object.addProperty("variable", variable.name());
    }
    object.addProperty("problem", mistake.problem());
    return object;
  }

  private static JsonObject json(Finding finding) {
    JsonObject object = new JsonObject();
    object.addProperty("check", finding.check());
    finding.rule().ifPresent(rule -> object.addProperty("rule", rule));
    object.addProperty("sentence", finding.sentence());
    object.addProperty("link", finding.link());
    return object;
  }
}
