package io.github.ratelimiter.rules.file;

import java.util.List;
import java.util.Map;

/** Writes mappings, lists, texts and whole numbers as JSON, on one line. */
final class JsonText {
  private final StringBuilder json = new StringBuilder();

  private JsonText() {}

  static String of(Object value) {
    JsonText text = new JsonText();
    text.write(value);
    return text.json.toString();
  }

  private void write(Object value) {
    if (value instanceof Map<?, ?> fields) {
      String separator = "{";
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        json.append(separator);
        text((String) field.getKey());
        json.append(":");
        write(field.getValue());
        separator = ",";
      }
      json.append(fields.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> values) {
      String separator = "[";
      for (Object each : values) {
        json.append(separator);
        write(each);
        separator = ",";
      }
      json.append(values.isEmpty() ? "[]" : "]");
    } else if (value instanceof String text) {
      text(text);
    } else {
      json.append(value);
    }
  }

  private void text(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        json.append(c);
      } else { // YAML allows fewer characters than JSON.
        json.append("\\u%04x".formatted((int) c));
      }
    }
    json.append('"');
  }
}
