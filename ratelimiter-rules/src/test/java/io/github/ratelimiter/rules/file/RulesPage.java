package io.github.ratelimiter.rules.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The page of the documentation about rule files. */
final class RulesPage {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(.+?)` \\| (.+) \\|$");
  private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");

  /** A mistake of a table: what is written, and the message without its position. */
  record Row(String written, String message) {
    @Override
    public String toString() {
      return written;
    }

    /** Returns a file with a rule that has the mistake. */
    String inRule() {
      StringBuilder rule = new StringBuilder("rules:\n  - ").append(written);
      for (String field : List.of("id: api", "key: ip", "limits: 5/min")) {
        if (!written.startsWith(field.substring(0, field.indexOf(':') + 1))) {
          rule.append("\n    ").append(field);
        }
      }
      return rule.append('\n').toString();
    }

    String inFile() {
      return written.startsWith("rules:")
          ? written
          : "rules: [{ id: api, key: ip, limits: 5/min }]\n" + written;
    }
  }

  private RulesPage() {}

  private static String text() {
    try {
      return Files.readString(Path.of("..", "docs", "rules-file.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Row> mistakesInRules() {
    return rows("These are in a rule", "These are files.");
  }

  static List<Row> mistakesInFiles() {
    return rows("These are files.", "\\z");
  }

  private static List<Row> rows(String from, String to) {
    String section = text().split(Pattern.quote(from), 2)[1].split(to, 2)[0];
    return ROW.matcher(section).results().map(row -> new Row(row.group(1), row.group(2))).toList();
  }

  static List<String> examples() {
    return YAML.matcher(text()).results().map(block -> block.group(1)).toList();
  }

  /** The names of the variables of the table, with their values. */
  static List<Row> variables() {
    return Pattern.compile("(?m)^\\| `(RATELIMITER_[A-Z_]+)=(.+?)` \\|")
        .matcher(text())
        .results()
        .map(row -> new Row(row.group(1), row.group(2)))
        .toList();
  }
}
