package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.match.Values;
import java.util.List;

/** The text form of accepted values. A star is any value, so the value star has a backslash. */
final class ValueText {
  static final String ANY = "*";

  private static final String ESCAPED = "\\\\+\\*";

  private ValueText() {}

  static String unescaped(String text) {
    return text.matches(ESCAPED) ? text.substring(1) : text;
  }

  private static String escaped(String value) {
    return value.equals(ANY) || value.matches(ESCAPED) ? "\\" + value : value;
  }

  /** Returns a text, or a list of several. */
  static Object of(Values values) {
    List<String> texts = values.accepted().stream().map(ValueText::escaped).sorted().toList();
    return texts.isEmpty() ? ANY : texts.size() == 1 ? texts.get(0) : texts;
  }
}
