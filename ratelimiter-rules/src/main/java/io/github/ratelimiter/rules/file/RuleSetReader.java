package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.Defenses;
import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a set of rules. */
final class RuleSetReader {
  static final String DEFAULT_ID = "default";

  private static final List<String> NAMES =
      List.of(
          "combine",
          "rules",
          "default",
          "lists",
          "users",
          "overrides",
          DefensesReader.BANS,
          DefensesReader.NEW_KEYS,
          DefensesReader.HONEYPOTS,
          "$schema"); // Editors look for it in JSON.

  private final Mistakes mistakes;
  private final Scalars scalars;
  private final RuleReader rules;
  private final ClientReader clients;
  private final DefensesReader defenses;

  RuleSetReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.scalars = new Scalars(mistakes);
    this.rules = new RuleReader(mistakes);
    this.clients = new ClientReader(mistakes);
    this.defenses = new DefensesReader(mistakes);
  }

  /** Returns a set of rules; empty if there is any mistake. */
  Optional<RuleSet> read(Node root) {
    return Fields.of(root, "a mapping with the name 'rules'", NAMES, mistakes)
        .map(this::read)
        .filter(rules -> mistakes.count() == 0);
  }

  private RuleSet read(Fields fields) {
    fields.get("$schema").ifPresent(scalars::text);
    Set<String> ids = ids(fields);
    List<Rule> read = list(fields, "rules", "a list of rules", rules::read);
    Optional<Rule> otherwise = fields.get("default").flatMap(rules::readDefault);
    Optional<Fields> lists =
        fields
            .get("lists")
            .flatMap(
                node ->
                    Fields.of(
                        node, "the lists 'deny' and 'allow'", List.of("deny", "allow"), mistakes));
    List<ListEntry> deny = entries(lists, "deny");
    List<ListEntry> allow = entries(lists, "allow");
    List<LimitOverride> overrides =
        Stream.concat(
                fields
                    .get("users")
                    .map(node -> clients.users(node, ids))
                    .orElse(List.of())
                    .stream(),
                list(
                    fields,
                    "overrides",
                    "a list of limits of users",
                    node -> clients.override(node, ids))
                    .stream())
            .toList();
    Combination combination =
        fields.read(
            "combine",
            node -> scalars.oneOf(node, Combination.values(), Combination::text),
            Combination.ALL);
    Defenses against = defenses.read(fields);
    return mistakes.count() > 0
        ? RuleSet.of()
        : new RuleSet(read, otherwise, combination, deny, allow, overrides, against);
  }

  private List<ListEntry> entries(Optional<Fields> lists, String name) {
    return lists
        .map(fields -> list(fields, name, "a list of clients", clients::entry))
        .orElse(List.of());
  }

  private <T> List<T> list(
      Fields fields, String name, String expected, Function<Node, Optional<T>> reader) {
    Optional<Node> node = fields.get(name);
    if (node.isPresent() && !(node.get() instanceof SequenceNode)) {
      mistakes.expected(node.get(), expected);
    }
    return node.map(RuleSetReader::elements).orElse(List.of()).stream()
        .map(reader)
        .flatMap(Optional::stream)
        .toList();
  }

  static List<Node> elements(Node node) {
    return node instanceof SequenceNode list ? list.getValue() : List.of();
  }

  // --- IDs -------------------------------------------------------------------------------------

  /**
   * Returns the IDs of all rules, also of those with mistakes, and reports those that are there
   * twice.
   */
  private Set<String> ids(Fields fields) {
    Set<String> ids = new LinkedHashSet<>();
    fields.get("rules").map(RuleSetReader::elements).orElse(List.of()).stream()
        .map(RuleSetReader::id)
        .flatMap(Optional::stream)
        .forEach(id -> add(ids, id));
    fields
        .get("default")
        .ifPresent(
            rule ->
                id(rule)
                    .ifPresentOrElse(
                        id -> add(ids, id),
                        () -> {
                          if (!ids.add(DEFAULT_ID)) {
                            mistakes.add(
                                rule,
                                "another rule has the ID 'default'; give one of them another ID");
                          }
                        }));
    return ids;
  }

  private void add(Set<String> ids, ScalarNode id) {
    if (DefensesReader.RESERVED_IDS.contains(id.getValue())) {
      mistakes.add(id, "'%s' is the name of a defense; use another ID".formatted(id.getValue()));
    } else if (!ids.add(id.getValue())) {
      mistakes.add(id, "another rule has the ID '%s'".formatted(Mistakes.shown(id.getValue())));
    }
  }

  static Optional<ScalarNode> id(Node rule) {
    return YamlNodes.get(rule, "id")
        .filter(ScalarNode.class::isInstance)
        .map(ScalarNode.class::cast);
  }
}
