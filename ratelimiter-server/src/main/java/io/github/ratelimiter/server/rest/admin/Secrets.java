package io.github.ratelimiter.server.rest.admin;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Hides API keys in what is only read. */
final class Secrets {
  private static final int SHOWN = 4;

  /** The part of a key that has an API key; the separator in a value is escaped. */
  private static final Pattern API_KEY =
      Pattern.compile("(^|\\|)api-key:((?:[^|\\\\]|\\\\.)*)", Pattern.DOTALL);

  private Secrets() {}

  /** Returns a copy in which only the beginning of each API key is left. */
  static JsonNode masked(JsonNode form) {
    JsonNode copy = form.deepCopy();
    mask(copy);
    return copy;
  }

  /** Returns a key of a rule in which only the beginning of an API key is left. */
  static String masked(String key) {
    return API_KEY
        .matcher(key)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(found.group(1) + "api-key:" + beginning(found.group(2))));
  }

  private static String beginning(String secret) {
    return secret.substring(0, Math.min(SHOWN, secret.length() / 2)) + "...";
  }

  private static void mask(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        boolean secret = field.getKey().equals("api-key") || field.getKey().equals("api-keys");
        if (secret) {
          field.setValue(hidden(object, field.getValue()));
        } else {
          mask(field.getValue());
        }
      }
    } else if (node.isArray()) {
      node.values().forEach(Secrets::mask);
    }
  }

  private static JsonNode hidden(ObjectNode factory, JsonNode value) {
    if (value.isArray()) {
      ArrayNode all = factory.arrayNode();
      value.values().forEach(each -> all.add(hidden(factory, each)));
      return all;
    }
    return factory.stringNode(beginning(value.asString("")));
  }
}
