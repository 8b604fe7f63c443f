package io.github.ratelimiter.server.admin;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON with one value in each line, and the path of each line. So a mistake that the parser of
 * rules finds in a line is one in a field. All but ASCII is escaped, because YAML does not allow
 * everything that JSON allows.
 */
final class LocatedText {
  private static final JsonMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final StringBuilder text = new StringBuilder();
  private final List<String> paths = new ArrayList<>();

  private LocatedText() {}

  static LocatedText of(JsonNode node) {
    LocatedText located = new LocatedText();
    located.write("", "", node, "");
    return located;
  }

  private void write(String path, String prefix, JsonNode node, String suffix) {
    if (node.isObject() && !node.isEmpty()) {
      line(path, prefix + "{");
      Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        write(
            join(path, field.getKey()),
            ASCII.writeValueAsString(field.getKey()) + ": ",
            field.getValue(),
            fields.hasNext() ? "," : "");
      }
      line(path, "}" + suffix);
    } else if (node.isArray() && !node.isEmpty()) {
      line(path, prefix + "[");
      for (int i = 0; i < node.size(); i++) {
        write(join(path, Integer.toString(i)), "", node.get(i), i + 1 < node.size() ? "," : "");
      }
      line(path, "]" + suffix);
    } else {
      line(path, prefix + ASCII.writeValueAsString(node) + suffix);
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void line(String path, String line) {
    text.append(line).append('\n');
    paths.add(path);
  }

  String text() {
    return text.toString();
  }

  /**
   * Returns the path of a line.
   *
   * @param line counts from 1
   */
  String path(int line) {
    return paths.get(Math.min(Math.max(line, 1), paths.size()) - 1);
  }
}
