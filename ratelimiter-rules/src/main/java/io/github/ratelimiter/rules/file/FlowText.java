package io.github.ratelimiter.rules.file;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes values on one line, as a reader of rule files would. It is for people. */
final class FlowText {
  private static final String NONE = "none";

  private FlowText() {}

  /** Requires a text, a number, or a list or a mapping of such values. */
  static String of(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty()
          ? NONE
          : map.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + of(entry.getValue()))
              .collect(Collectors.joining(", ", "{ ", " }"));
    }
    if (value instanceof List<?> list) {
      return switch (list.size()) {
        case 0 -> NONE;
        case 1 -> of(list.get(0));
        default -> list.stream().map(FlowText::of).collect(Collectors.joining(", ", "[", "]"));
      };
    }
    String text = value.toString();
    return text.isEmpty() ? NONE : text;
  }
}
