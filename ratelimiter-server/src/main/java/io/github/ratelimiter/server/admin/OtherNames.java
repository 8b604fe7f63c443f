package io.github.ratelimiter.server.admin;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Other names for the fields of a rule, which people who come from other services write: a {@code
 * selector} for {@code match}, {@code limit} and {@code window} for {@code limits}. The result has
 * the names of a rule file.
 */
final class OtherNames {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Map<String, String> FIELDS =
      Map.of(
          "rule_id", "id",
          "status", "state",
          "selector", "match",
          "selectors", "match",
          "max_wait", "max-wait",
          "failure_mode", "failure-mode");

  private static final Map<String, String> CONDITIONS =
      Map.of(
          "user_id", "user",
          "user_tier", "tier",
          "ip_address", "address",
          "api_key", "api-key",
          "headers", "header");

  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "token_bucket", "",
          "leaky_bucket", "leaky-bucket ",
          "fixed_window", "fixed-window ",
          "sliding_window_log", "sliding-log ",
          "sliding_window_counter", "sliding-window ",
          "sliding_window", "sliding-window ");

  /** What a caller may send back as he has read it. It has no effect. */
  private static final List<String> READ_ONLY =
      List.of("created_at", "created_by", "updated_at", "updated_by", "revision", "is_default");

  private static final Pattern ONE_LIMIT = Pattern.compile("([a-z-]+ )?[0-9]+( *)(/[^;]*)");

  private OtherNames() {}

  /**
   * Returns a rule in the names of a rule file.
   *
   * @param rule what was sent
   * @param limits the limits that the rule has, for a new number in the same window; empty if the
   *     rule is new
   */
  static ObjectNode translated(ObjectNode rule, String limits) {
    ObjectNode result = NODES.objectNode();
    for (Map.Entry<String, JsonNode> field : rule.properties()) {
      String name = FIELDS.getOrDefault(field.getKey(), field.getKey());
      JsonNode value = field.getValue();
      switch (name) {
        case "limit", "window", "algorithm", "burst" -> {} // Together, below.
        case "match" ->
            put(result, name, field.getKey().equals("match") ? value : conditions(value));
        case "limits" -> put(result, name, value.isArray() ? joined((ArrayNode) value) : value);
        case "enabled" -> put(result, "state", enabled(value));
        case "action_params" -> putAll(result, value);
        default -> {
          if (!READ_ONLY.contains(name)) {
            put(result, name, value);
          }
        }
      }
    }
    if (rule.has("limit")) {
      put(result, "limits", NODES.stringNode(limits(rule, limits)));
    } else if (rule.has("window") || rule.has("algorithm") || rule.has("burst")) {
      throw BadFormException.of("limit", "'limit' is missing, for example 1000");
    }
    return result;
  }

  private static void put(ObjectNode rule, String name, JsonNode value) {
    if (rule.has(name)) {
      throw BadFormException.of(name, "'%s' is there twice, with two names".formatted(name));
    }
    rule.set(name, value);
  }

  private static void putAll(ObjectNode rule, JsonNode parameters) {
    if (!parameters.isObject()) {
      throw BadFormException.of(
          "action_params", "expected a JSON object such as {\"max_wait\": \"2s\"}");
    }
    for (Map.Entry<String, JsonNode> each : parameters.properties()) {
      put(rule, FIELDS.getOrDefault(each.getKey(), each.getKey()), each.getValue());
    }
  }

  private static JsonNode enabled(JsonNode value) {
    if (!value.isBoolean()) {
      throw BadFormException.of("enabled", "expected true or false");
    }
    return NODES.stringNode(value.booleanValue() ? "active" : "suspended");
  }

  // --- limits ----------------------------------------------------------------------------------

  private static String limits(ObjectNode rule, String before) {
    String number = number(rule, "limit");
    String burst = rule.has("burst") ? " burst " + number(rule, "burst") : "";
    if (rule.has("window")) {
      return algorithm(rule) + number + "/" + window(rule.get("window")) + burst;
    }
    Matcher one = ONE_LIMIT.matcher(before);
    if (before.isEmpty() || rule.has("algorithm") || rule.has("burst")) {
      throw BadFormException.of("window", "'window' is missing, for example \"1h\"");
    }
    if (!one.matches()) {
      throw BadFormException.of(
          "limit", "the rule has the limits %s; send 'limits', with all of them".formatted(before));
    }
    return before.replaceFirst("[0-9]+", number);
  }

  private static String number(ObjectNode rule, String name) {
    JsonNode value = rule.get(name);
    if (!value.isIntegralNumber() || value.asString().startsWith("-")) {
      throw BadFormException.of(name, "expected a whole number, 0 or more");
    }
    return value.asString();
  }

  private static String algorithm(ObjectNode rule) {
    if (!rule.has("algorithm")) {
      return "";
    }
    String name = rule.get("algorithm").asString("");
    String known = ALGORITHMS.get(name);
    if (known == null) {
      throw BadFormException.of(
          "algorithm",
          "found '%s', expected one of %s"
              .formatted(name, ALGORITHMS.keySet().stream().sorted().toList()));
    }
    return known;
  }

  /** A number is one of seconds. */
  private static String window(JsonNode value) {
    return value.isIntegralNumber() ? value.asString() + "s" : value.asString("");
  }

  /** Returns the text of limits such as {@code {"window": "1h", "max": 1000}}. */
  private static JsonNode joined(ArrayNode limits) {
    return NODES.stringNode(
        limits.values().stream().map(OtherNames::one).collect(Collectors.joining("; ")));
  }

  private static String one(JsonNode limit) {
    if (!(limit instanceof ObjectNode fields)) {
      return limit.asString("");
    }
    ObjectNode named = NODES.objectNode();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      switch (field.getKey()) {
        case "max", "max_requests" -> put(named, "limit", field.getValue());
        case "window_seconds" -> put(named, "window", field.getValue());
        case "burst_size" -> put(named, "burst", field.getValue());
        case "limit", "window", "burst", "algorithm" ->
            put(named, field.getKey(), field.getValue());
        default ->
            throw BadFormException.of(
                "limits", "unknown name '%s'; expected max and window".formatted(field.getKey()));
      }
    }
    if (!named.has("limit") || !named.has("window")) {
      throw BadFormException.of("limits", "a limit needs 'max' and 'window'");
    }
    return limits(named, "");
  }

  // --- conditions ------------------------------------------------------------------------------

  private static JsonNode conditions(JsonNode selector) {
    if (!(selector instanceof ObjectNode fields)) {
      return selector;
    }
    ObjectNode match = NODES.objectNode();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (field.getKey().equals("endpoint")) {
        put(match, "path", prefix(field.getValue()));
      } else {
        put(match, CONDITIONS.getOrDefault(field.getKey(), field.getKey()), field.getValue());
      }
    }
    return match;
  }

  /** An endpoint matches what begins with it, unless it is a pattern. */
  private static JsonNode prefix(JsonNode endpoint) {
    if (!endpoint.isString() || endpoint.stringValue().matches(".*[*{].*")) {
      return endpoint;
    }
    String path = endpoint.stringValue().replaceFirst("/+$", "");
    return path.isEmpty() ? NODES.stringNode("/**") : NODES.arrayNode().add(path).add(path + "/**");
  }
}
