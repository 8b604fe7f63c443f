package io.github.ratelimiter.server.rest.compat;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values of rules that other services write in another way. */
final class OtherForms {
  private static final Pattern WINDOW = Pattern.compile("([0-9]+)(m|d)");
  private static final Map<String, String> UNITS = Map.of("m", "min", "d", "day");

  private OtherForms() {}

  /** Returns a window in the units of the service, in which {@code 1m} is {@code 1min}. */
  static JsonNode window(JsonNode window) {
    Matcher form = WINDOW.matcher(window.asString(""));
    return form.matches()
        ? JsonNodeFactory.instance.stringNode(form.group(1) + UNITS.get(form.group(2)))
        : window;
  }

  /** Changes the windows of a list of limits. */
  static void windows(ObjectNode rule) {
    if (rule.get("limits") instanceof ArrayNode limits) {
      for (JsonNode each : limits) {
        if (each instanceof ObjectNode limit && limit.has("window")) {
          limit.set("window", window(limit.get("window")));
        }
      }
    }
  }

  /** Changes a path such as {@code /api/*}, which elsewhere matches all paths below it. */
  static void path(ObjectNode rule) {
    if (rule.get("match") instanceof ObjectNode match
        && match.has("path")
        && match.get("path").asString("").endsWith("/*")) {
      match.put("path", match.get("path").asString("") + "*");
    }
  }
}
