package io.github.ratelimiter.server.rest.admin;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Hides API keys in what is only read. */
final class Secrets {
  private static final int SHOWN = 4;

  private Secrets() {}

  /** Returns a copy in which only the beginning of each API key is left. */
  static JsonNode masked(JsonNode form) {
    JsonNode copy = form.deepCopy();
    mask(copy);
    return copy;
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
    String text = value.asString("");
    return factory.stringNode(text.substring(0, Math.min(SHOWN, text.length() / 2)) + "...");
  }
}
