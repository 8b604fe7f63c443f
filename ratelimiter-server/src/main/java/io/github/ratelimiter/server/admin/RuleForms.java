package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.Mistake;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.file.RuleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Rules as JSON in the form of a rule file, which {@link RuleText} reads and writes. */
final class RuleForms {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String DEFAULT = "default";
  private static final String RULES = "rules";

  private RuleForms() {}

  // --- writing ---------------------------------------------------------------------------------

  /** Returns all rules, as a rule file has them. */
  static ObjectNode of(RuleSet rules) {
    return (ObjectNode) JSON.readTree(RuleText.writeJson(rules));
  }

  /** Returns one rule. The parts that others may expect are there also if they are defaults. */
  static ObjectNode of(Rule rule, boolean isDefault) {
    ObjectNode form = (ObjectNode) of(RuleSet.of(rule)).path(RULES).path(0);
    ObjectNode result = NODES.objectNode();
    result.put("rule_id", rule.id());
    form.properties().forEach(field -> result.set(field.getKey(), field.getValue()));
    result.remove("id");
    result.put("state", rule.state().text());
    result.put("action", rule.action().text());
    if (isDefault) {
      result.remove(List.of("match", "priority"));
      result.put("is_default", true);
    } else {
      result.put("priority", rule.priority());
    }
    return result;
  }

  // --- reading ---------------------------------------------------------------------------------

  /** Reads a new rule. Without an ID it gets one; without a key, each client counts alone. */
  static Rule created(ObjectNode sent) {
    ObjectNode form = OtherNames.translated(sent, "");
    if (!form.has("id")) {
      form.put("id", UUID.randomUUID().toString());
    }
    if (!form.has("key")) {
      form.put("key", "client");
    }
    return rule(form, false);
  }

  /** Reads a change of a rule: fields that are not there stay, and null removes one. */
  static Rule changed(Rule before, boolean isDefault, ObjectNode sent) {
    ObjectNode form = (ObjectNode) of(RuleSet.of(before)).path(RULES).path(0);
    ObjectNode change = OtherNames.translated(sent, before.policy().text());
    if (change.has("id") && !change.get("id").asString("").equals(before.id())) {
      throw BadFormException.of("id", "the ID of a rule cannot change; create another rule");
    }
    for (Map.Entry<String, JsonNode> field : change.properties()) {
      if (field.getValue().isNull()) {
        form.remove(field.getKey());
      } else {
        form.set(field.getKey(), field.getValue());
      }
    }
    return rule(form, isDefault);
  }

  private static Rule rule(ObjectNode form, boolean isDefault) {
    ObjectNode file = NODES.objectNode();
    if (isDefault) {
      file.set(RULES, NODES.arrayNode());
      file.set(DEFAULT, form);
      return parse(file, DEFAULT + ".").defaultRule().orElseThrow();
    }
    file.set(RULES, NODES.arrayNode().add(form));
    return parse(file, RULES + ".0.").rules().get(0);
  }

  /** Reads a replacement: parts that are not there stay. Overrides of rules that are gone go. */
  static RuleSet replaced(RuleSet before, ObjectNode sent) {
    ObjectNode form = of(before);
    for (Map.Entry<String, JsonNode> part : sent.properties()) {
      JsonNode value = part.getValue();
      if (part.getKey().equals(RULES) && value instanceof ArrayNode rules) {
        form.set(RULES, translated(rules));
      } else if (part.getKey().equals(DEFAULT) && value instanceof ObjectNode rule) {
        form.set(DEFAULT, OtherNames.translated(rule, ""));
      } else if (value.isNull() && !part.getKey().equals(RULES)) {
        form.remove(part.getKey());
      } else {
        form.set(part.getKey(), value);
      }
    }
    if (!sent.has("overrides")) {
      form.remove("overrides");
      RuleSet after = parse(form, "");
      return after.withOverrides(
          before.overrides().stream().filter(each -> after.rule(each.rule()).isPresent()).toList());
    }
    return parse(form, "");
  }

  private static ArrayNode translated(ArrayNode rules) {
    ArrayNode result = NODES.arrayNode();
    for (JsonNode each : rules) {
      if (each instanceof ObjectNode rule) {
        ObjectNode form = OtherNames.translated(rule, "");
        if (!form.has("key")) {
          form.put("key", "client");
        }
        result.add(form);
      } else {
        result.add(each);
      }
    }
    return result;
  }

  /** Reads an entry of a list. */
  static ListEntry entry(ObjectNode sent) {
    ObjectNode form = NODES.objectNode();
    sent.properties().forEach(field -> form.set(entryName(field.getKey()), field.getValue()));
    ObjectNode file = NODES.objectNode();
    file.set(RULES, NODES.arrayNode());
    file.putObject("lists").set("deny", NODES.arrayNode().add(form));
    return parse(file, "lists.deny.0.").deny().get(0);
  }

  private static String entryName(String name) {
    return switch (name) {
      case "user_id" -> "user";
      case "api_key" -> "api-key";
      case "ip_address", "cidr" -> "address";
      case "expires_at" -> "until";
      default -> name;
    };
  }

  private static RuleSet parse(ObjectNode file, String prefix) {
    LocatedText located = LocatedText.of(file);
    try {
      return RuleText.parse(located.text());
    } catch (RuleFileException e) {
      List<FormMistake> mistakes = new ArrayList<>();
      for (Mistake mistake : e.mistakes()) {
        String path = mistake.place() instanceof Mistake.Position at ? located.path(at.line()) : "";
        String shown = (path + ".").equals(prefix) ? "" : path;
        mistakes.add(
            new FormMistake(
                shown.startsWith(prefix) ? shown.substring(prefix.length()) : shown,
                mistake.problem()));
      }
      throw new BadFormException(mistakes);
    } catch (IllegalArgumentException e) {
      throw BadFormException.of("", String.valueOf(e.getMessage()));
    }
  }
}
