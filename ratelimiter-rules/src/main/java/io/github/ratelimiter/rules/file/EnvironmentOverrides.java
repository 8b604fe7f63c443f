package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.file.Mistake.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Replaces values of a file by those of environment variables. The name of a variable is the path
 * of the value in upper case, with an underscore for each character that is no letter or digit.
 * Rules are named by their ID.
 */
final class EnvironmentOverrides {
  private static final String PREFIX = "RATELIMITER_";
  private static final List<String> SECTIONS = List.of("COMBINE", "RULES", "DEFAULT", "BANS");

  /** The fields of a rule that have one value. The others have more, or must not change. */
  private static final List<String> RULE_FIELDS =
      List.of(
          "name",
          "description",
          "priority",
          "state",
          "key",
          "limits",
          "cost",
          "action",
          "max-wait",
          "percent",
          "failure-mode");

  private static final MappingNode EMPTY = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);

  private final Map<String, String> variables = new TreeMap<>();
  private final Mistakes mistakes;

  /** The paths of values that can be replaced. A path has names, and indexes of lists. */
  private final Map<String, List<List<Object>>> targets = new HashMap<>();

  EnvironmentOverrides(Map<String, String> environment, Mistakes mistakes) {
    this.mistakes = mistakes;
    environment.forEach(
        (name, value) -> {
          if (isForRules(name)) {
            variables.put(name, value);
          }
        });
  }

  /**
   * Returns whether a variable is for rules. Other variables with the same prefix belong to the
   * application, or Kubernetes sets them for a service of that name; but not if the next word is a
   * slip of the pen.
   */
  private static boolean isForRules(String name) {
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    String section = name.substring(PREFIX.length()).split("_", 2)[0];
    return Nearest.to(section, SECTIONS).isPresent();
  }

  Node applyTo(Node root) {
    if (variables.isEmpty() || !(root instanceof MappingNode)) {
      return root;
    }
    findTargets(root);
    Node changed = root;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      Optional<List<Object>> path = path(variable.getKey());
      if (path.isPresent()) {
        Variable place = new Variable(variable.getKey());
        ScalarNode value = YamlNodes.scalar(variable.getValue());
        mistakes.fromVariable(value, place);
        changed = with(changed, path.get(), value, place);
      }
    }
    return changed;
  }

  private Optional<List<Object>> path(String variable) {
    List<List<Object>> paths = targets.getOrDefault(variable, List.of());
    if (paths.size() == 1) {
      return Optional.of(paths.get(0));
    }
    mistakes.add(
        new Variable(variable),
        paths.isEmpty()
            ? "the file has no such value; "
                + Nearest.to(variable, targets.keySet())
                    .map("did you mean %s?"::formatted)
                    .orElse("write RATELIMITER_RULES_, the ID of a rule and a field of it")
            : "it is the name of %d values; give one of the rules another ID"
                .formatted(paths.size()));
    return Optional.empty();
  }

  // --- names -----------------------------------------------------------------------------------

  private void findTargets(Node root) {
    target(PREFIX + "COMBINE", List.of("combine"));
    targets(DefensesReader.BANS, DefensesReader.BAN_FIELDS);
    targets(DefensesReader.NEW_KEYS, DefensesReader.NEW_KEY_FIELDS);
    target(name(DefensesReader.HONEYPOTS, "ban"), List.of(DefensesReader.HONEYPOTS, "ban"));
    targetRule(name("DEFAULT"), List.of("default"), YamlNodes.get(root, "default"));
    List<Node> rules = YamlNodes.get(root, "rules").map(RuleSetReader::elements).orElse(List.of());
    for (int i = 0; i < rules.size(); i++) {
      Node rule = rules.get(i);
      Optional<ScalarNode> id = RuleSetReader.id(rule);
      if (id.isPresent()) {
        targetRule(name("RULES", id.get().getValue()), List.of("rules", i), Optional.of(rule));
      }
    }
  }

  private void targetRule(String name, List<Object> path, Optional<Node> rule) {
    RULE_FIELDS.forEach(field -> target(name + "_" + upper(field), append(path, field)));
    rule.flatMap(node -> YamlNodes.get(node, "tiers"))
        .filter(MappingNode.class::isInstance)
        .ifPresent(
            tiers -> {
              for (NodeTuple tier : ((MappingNode) tiers).getValue()) {
                if (tier.getKeyNode() instanceof ScalarNode key) {
                  target(
                      name + "_TIERS_" + upper(key.getValue()),
                      append(append(path, "tiers"), key.getValue()));
                }
              }
            });
  }

  private void targets(String mapping, List<String> fields) {
    fields.forEach(field -> target(name(mapping, field), List.of(mapping, field)));
  }

  private void target(String name, List<Object> path) {
    targets.computeIfAbsent(name, n -> new ArrayList<>()).add(path);
  }

  private static String name(String... parts) {
    return PREFIX + upper(String.join("_", parts));
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static List<Object> append(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  // --- values ----------------------------------------------------------------------------------

  private Node with(Node node, List<Object> path, Node value, Variable place) {
    if (path.isEmpty()) {
      return value;
    }
    List<Object> rest = path.subList(1, path.size());
    if (path.get(0) instanceof Integer index && node instanceof SequenceNode list) {
      return YamlNodes.with(list, index, with(list.getValue().get(index), rest, value, place));
    }
    if (path.get(0) instanceof String name && node instanceof MappingNode mapping) {
      Node before = YamlNodes.get(mapping, name).orElse(EMPTY);
      Node after = YamlNodes.with(mapping, name, with(before, rest, value, place));
      if (mapping.getStartMark().isEmpty()) {
        mistakes.fromVariable(after, place);
      }
      return after;
    }
    return node; // It is not what it should be; the reader reports that.
  }
}
