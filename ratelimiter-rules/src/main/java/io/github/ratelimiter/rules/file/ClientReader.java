package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.ListEntry.ClientId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what concerns single clients: the entries of lists, and limits of users of their own. */
final class ClientReader {
  private static final List<String> CLIENTS = List.of("user", "api-key", "address");
  private static final List<String> ENTRY =
      List.of("user", "api-key", "address", "reason", "author", "until");
  private static final List<String> OVERRIDE =
      List.of("user", "rule", "limits", "reason", "author", "until");

  private static final int MOST_HINTS = 100;

  private final Mistakes mistakes;
  private final Scalars scalars;

  ClientReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.scalars = new Scalars(mistakes);
  }

  Optional<ListEntry> entry(Node node) {
    return Fields.of(node, "a client such as { address: 203.0.113.0/24 }", ENTRY, mistakes)
        .flatMap(
            fields ->
                client(fields)
                    .map(
                        client ->
                            new ListEntry(
                                client,
                                fields.read("reason", scalars::text, ""),
                                fields.read("author", scalars::text, ""),
                                fields.get("until").flatMap(scalars::instant))));
  }

  private Optional<ClientId> client(Fields fields) {
    List<String> named = CLIENTS.stream().filter(name -> fields.get(name).isPresent()).toList();
    if (named.size() != 1) {
      mistakes.add(
          fields.node(),
          named.isEmpty()
              ? "an entry needs one of user, api-key, address"
              : "an entry is for one client; this one has %s".formatted(String.join(", ", named)));
      return Optional.empty();
    }
    Node value = fields.get(named.get(0)).orElseThrow();
    return switch (named.get(0)) {
      case "user" -> scalars.text(value).map(ListEntry.User::new);
      case "api-key" -> scalars.text(value).map(ListEntry.ApiKey::new);
      default ->
          scalars
              .read(value, "an address or a block such as 10.0.0.0/8", CidrBlock::parse)
              .map(ListEntry.Network::new);
    };
  }

  Optional<LimitOverride> override(Node node, Set<String> ids) {
    return Fields.of(
            node,
            "limits such as { user: \"42\", rule: api, limits: 5000/min }",
            OVERRIDE,
            mistakes)
        .flatMap(fields -> override(fields, ids));
  }

  private Optional<LimitOverride> override(Fields fields, Set<String> ids) {
    Optional<String> user = fields.require("user", "user: \"42\"").flatMap(scalars::text);
    Optional<Node> ruleNode = fields.require("rule", "rule: api");
    Optional<String> rule = ruleNode.flatMap(node -> scalars.text(node, "the ID of a rule"));
    boolean known = rule.isPresent() && isKnown(ruleNode.orElseThrow(), rule.get(), ids);
    Optional<Policy> policy =
        fields
            .require("limits", "limits: 100/min")
            .flatMap(node -> scalars.policy(node, known ? rule.get() : RuleSetReader.DEFAULT_ID));
    String reason = fields.read("reason", scalars::text, "");
    String author = fields.read("author", scalars::text, "");
    var until = fields.get("until").flatMap(scalars::instant);
    return user.isPresent() && known && policy.isPresent()
        ? Optional.of(
            new LimitOverride(user.get(), rule.get(), policy.get(), reason, author, until))
        : Optional.empty();
  }

  private boolean isKnown(Node node, String rule, Set<String> ids) {
    if (ids.contains(rule)) {
      return true;
    }
    mistakes.add(
        node,
        "there is no rule '%s'; %s"
            .formatted(
                Mistakes.shown(rule),
                nearest(rule, ids)
                    .map("did you mean '%s'?"::formatted)
                    .orElse("write the ID of one of the rules")));
    return false;
  }

  /** A file with very many mistakes and rules is not compared throughout. */
  private Optional<String> nearest(String rule, Set<String> ids) {
    return mistakes.count() < MOST_HINTS ? Nearest.to(rule, ids) : Optional.empty();
  }

  /** Reads the short form: users, each with limits by rule. */
  List<LimitOverride> users(Node node, Set<String> ids) {
    List<LimitOverride> overrides = new ArrayList<>();
    Fields.of(node, "users such as { \"42\": { api: 1000/min } }", mistakes)
        .map(Fields::all)
        .orElse(Map.of())
        .forEach(
            (user, rules) ->
                Fields.of(rules, "limits by rule such as { api: 1000/min }", mistakes)
                    .map(Fields::all)
                    .orElse(Map.of())
                    .forEach(
                        (rule, limits) -> user(user, rule, limits, ids).ifPresent(overrides::add)));
    return overrides;
  }

  private Optional<LimitOverride> user(String user, String rule, Node limits, Set<String> ids) {
    boolean known = isKnown(limits, rule, ids);
    return scalars
        .policy(limits, known ? rule : RuleSetReader.DEFAULT_ID)
        .filter(policy -> known)
        .map(policy -> new LimitOverride(user, rule, policy, "", "", Optional.empty()));
  }
}
