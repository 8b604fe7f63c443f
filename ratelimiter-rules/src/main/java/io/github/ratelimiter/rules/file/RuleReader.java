package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleAction;
import io.github.ratelimiter.rules.RuleCost;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.match.Condition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a rule. */
final class RuleReader {
  /** The fields of the default rule, which matches what no other rule matches. */
  static final List<String> DEFAULT_NAMES =
      List.of(
          "id",
          "name",
          "description",
          "state",
          "key",
          "limits",
          "tiers",
          "cost",
          "count",
          "action",
          "max-wait",
          "percent",
          "failure-mode");

  static final List<String> NAMES =
      Stream.concat(DEFAULT_NAMES.stream(), Stream.of("priority", "match")).toList();

  /** The limits of a rule that does not limit. */
  static final String NO_LIMITS = "0/min";

  private static final String FORM = "a rule such as { id: login, key: ip, limits: 5/min }";
  private static final String STATUS = "a status code from 100 to 599";
  private static final String ID = "1 to 64 letters, digits or any of . _ / -";
  private static final List<String> PARTS = Stream.of(Kind.values()).map(Kind::text).toList();

  private final Mistakes mistakes;
  private final Scalars scalars;
  private final ConditionReader conditions;

  RuleReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.scalars = new Scalars(mistakes);
    this.conditions = new ConditionReader(mistakes);
  }

  Optional<Rule> read(Node node) {
    return Fields.of(node, FORM, NAMES, mistakes)
        .flatMap(
            fields ->
                fields
                    .require("id", "id: login")
                    .flatMap(this::id)
                    .or(() -> Optional.of(RuleSetReader.DEFAULT_ID))
                    .flatMap(id -> read(fields, id)));
  }

  Optional<Rule> readDefault(Node node) {
    return Fields.of(node, "a rule such as { key: ip, limits: 1000/h }", DEFAULT_NAMES, mistakes)
        .flatMap(fields -> read(fields, fields.read("id", this::id, RuleSetReader.DEFAULT_ID)));
  }

  private Optional<String> id(Node node) {
    return scalars.read(node, ID, RuleReader::checkedId);
  }

  private static String checkedId(String text) {
    try {
      return Policy.parse(text, NO_LIMITS).name();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "found '%s', expected %s".formatted(Mistakes.shown(text), ID), e);
    }
  }

  private Optional<Rule> read(Fields fields, String id) {
    int before = mistakes.count();
    RuleAction action = fields.read("action", this::action, RuleAction.REJECT);
    Duration maxWait = fields.read("max-wait", scalars::duration, Duration.ZERO);
    checkWait(fields, action);
    Set<Integer> counted = counted(fields, action);
    boolean limits = action != RuleAction.ALLOW;
    List<KeyPart> key = limits || fields.get("key").isPresent() ? key(fields) : global();
    Policy policy =
        limits || fields.get("limits").isPresent()
            ? fields
                .require("limits", "limits: 100/min")
                .flatMap(node -> scalars.policy(node, id))
                .orElseGet(() -> Policy.parse(id, NO_LIMITS))
            : Policy.parse(id, NO_LIMITS);
    Rule rule =
        new Rule(
            id,
            fields.read("name", scalars::text, ""),
            fields.read("description", scalars::text, ""),
            scalars.number(fields, "priority", Integer.MAX_VALUE, Rule.DEFAULT_PRIORITY),
            fields.read("state", this::state, RuleState.ACTIVE),
            fields.get("match").map(conditions::read).orElseGet(Condition::any),
            key.isEmpty() ? global() : key,
            policy,
            tiers(fields, id),
            fields.read("cost", this::cost, RuleCost.ONE),
            counted,
            action,
            action == RuleAction.THROTTLE ? maxWait : Duration.ZERO,
            scalars.number(fields, "percent", 100, 100),
            fields.get("failure-mode").flatMap(this::failureMode));
    return mistakes.count() == before ? Optional.of(rule) : Optional.empty();
  }

  private void checkWait(Fields fields, RuleAction action) {
    boolean throttles = action == RuleAction.THROTTLE;
    if (throttles) {
      fields.require("max-wait", "max-wait: 2s");
    }
    fields
        .get("max-wait")
        .filter(node -> !throttles)
        .ifPresent(
            node ->
                mistakes.add(
                    node,
                    "only 'action: throttle' waits; this rule has the action '%s'"
                        .formatted(action.text())));
  }

  private Optional<RuleAction> action(Node node) {
    return scalars.oneOf(node, RuleAction.values(), RuleAction::text);
  }

  private Optional<RuleState> state(Node node) {
    return scalars.oneOf(node, RuleState.values(), RuleState::text);
  }

  private Optional<FailureMode> failureMode(Node node) {
    return scalars.oneOf(node, FailureMode.values(), mode -> mode.name().toLowerCase(Locale.ROOT));
  }

  private static List<KeyPart> global() {
    return List.of(new KeyPart(Kind.GLOBAL));
  }

  private List<KeyPart> key(Fields fields) {
    return fields
        .require("key", "key: ip")
        .map(
            node ->
                scalars.some(
                    node, "a part of the key such as ip, or header:X-Tenant", RuleReader::part))
        .orElse(List.of());
  }

  private static KeyPart part(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    int index = PARTS.indexOf(kind);
    if (index < 0) {
      throw new IllegalArgumentException(
          "found '%s', expected %s"
              .formatted(
                  Mistakes.shown(text),
                  Nearest.to(kind, PARTS)
                      .map("'%s'"::formatted)
                      .orElse("one of " + String.join(", ", PARTS))));
    }
    return new KeyPart(Kind.values()[index], colon < 0 ? "" : text.substring(colon + 1));
  }

  private Map<String, Policy> tiers(Fields fields, String id) {
    Map<String, Policy> tiers = new LinkedHashMap<>();
    fields
        .get("tiers")
        .flatMap(node -> Fields.of(node, "tiers such as { premium: 1000/min }", mistakes))
        .ifPresent(
            each ->
                each.all()
                    .forEach(
                        (tier, node) ->
                            scalars.policy(node, id).ifPresent(policy -> tiers.put(tier, policy))));
    return tiers;
  }

  private Set<Integer> counted(Fields fields, RuleAction action) {
    Optional<Node> count = fields.get("count");
    if (count.isPresent() && action == RuleAction.THROTTLE) {
      mistakes.add(count.get(), "a rule with 'action: throttle' counts all requests");
      return Set.of();
    }
    return count
        .flatMap(
            node ->
                Fields.of(
                    node, "a mapping such as { status: [401, 404] }", List.of("status"), mistakes))
        .flatMap(found -> found.require("status", "status: [401, 404]"))
        .map(node -> Set.copyOf(scalars.some(node, STATUS, RuleReader::status)))
        .orElse(Set.of());
  }

  private static int status(String text) {
    if (!text.matches("[1-5][0-9][0-9]")) {
      throw new IllegalArgumentException(
          "found '%s', expected %s".formatted(Mistakes.shown(text), STATUS));
    }
    return Integer.parseInt(text);
  }

  private Optional<RuleCost> cost(Node node) {
    if (node instanceof MappingNode) {
      return Fields.of(node, "", List.of("attribute"), mistakes)
          .flatMap(fields -> fields.require("attribute", "{ attribute: bytes }"))
          .flatMap(scalars::text)
          .map(RuleCost.FromAttribute::new);
    }
    return scalars.number(node, 1, Long.MAX_VALUE).map(RuleCost.Fixed::new);
  }
}
