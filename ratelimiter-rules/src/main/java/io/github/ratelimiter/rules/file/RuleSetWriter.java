package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.rules.BanPolicy;
import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.Defenses;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.NewKeyBound;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleAction;
import io.github.ratelimiter.rules.RuleCost;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Writes a set of rules, and its elements as names and values. The same set has always the same
 * text.
 */
final class RuleSetWriter {
  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setSchema(new CoreSchema())
          .setDefaultFlowStyle(FlowStyle.AUTO)
          .setSplitLines(false)
          .setIndicatorIndent(2)
          .setIndentWithIndicator(true)
          .setDereferenceAliases(true)
          .build();

  private final boolean withDefaults;

  private RuleSetWriter(boolean withDefaults) {
    this.withDefaults = withDefaults;
  }

  /** Returns a writer that leaves out what has its default, so that a text is short. */
  static RuleSetWriter withoutDefaults() {
    return new RuleSetWriter(false);
  }

  /** Returns a writer that writes each value, so that two texts can be compared. */
  static RuleSetWriter withDefaults() {
    return new RuleSetWriter(true);
  }

  String write(RuleSet set) {
    return new Dump(SETTINGS).dumpToString(fields(set));
  }

  String writeJson(RuleSet set) {
    return JsonText.of(fields(set));
  }

  private Map<String, Object> fields(RuleSet set) {
    Map<String, Object> file = new LinkedHashMap<>();
    put(file, "combine", set.combination(), Combination.ALL, Combination::text);
    file.put("rules", set.rules().stream().map(rule -> fields(rule, "")).toList());
    set.defaultRule()
        .ifPresent(rule -> file.put("default", fields(rule, RuleSetReader.DEFAULT_ID)));
    Map<String, Object> lists = new LinkedHashMap<>();
    put(lists, "deny", set.deny(), List.of(), this::entries);
    put(lists, "allow", set.allow(), List.of(), this::entries);
    put(file, "lists", lists, Map.of(), Function.identity());
    put(file, "overrides", set.overrides(), List.of(), this::overrides);
    file.putAll(fields(set.defenses()));
    return file;
  }

  private <T> void put(
      Map<String, Object> fields, String name, T value, T otherwise, Function<T, Object> form) {
    if (withDefaults || !value.equals(otherwise)) {
      fields.put(name, form.apply(value));
    }
  }

  Map<String, Object> fields(Rule rule, String defaultId) {
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, "id", rule.id(), defaultId, id -> id);
    put(fields, "name", rule.name(), "", name -> name);
    put(fields, "description", rule.description(), "", description -> description);
    put(fields, "priority", rule.priority(), Rule.DEFAULT_PRIORITY, priority -> priority);
    put(fields, "state", rule.state(), RuleState.ACTIVE, RuleState::text);
    put(fields, "match", rule.match(), Condition.any(), ConditionWriter::mapping);
    fields.put("key", rule.key().stream().map(KeyPart::toString).toList());
    fields.put("limits", rule.policy().text());
    put(fields, "tiers", rule.tiers(), Map.of(), RuleSetWriter::tiers);
    put(fields, "cost", rule.cost(), RuleCost.ONE, RuleSetWriter::cost);
    put(fields, "count", rule.countedStatuses(), Set.of(), RuleSetWriter::count);
    put(fields, "action", rule.action(), RuleAction.REJECT, RuleAction::text);
    if (rule.action() == RuleAction.THROTTLE) {
      fields.put("max-wait", DurationText.of(rule.maxWait()));
    }
    put(fields, "percent", rule.percent(), 100, percent -> percent);
    rule.failureMode()
        .ifPresent(mode -> fields.put("failure-mode", mode.name().toLowerCase(Locale.ROOT)));
    return fields;
  }

  private static Object tiers(Map<String, Policy> tiers) {
    Map<String, String> texts = new TreeMap<>();
    tiers.forEach((tier, policy) -> texts.put(tier, policy.text()));
    return texts;
  }

  private static Object cost(RuleCost cost) {
    return cost instanceof RuleCost.FromAttribute attribute
        ? Map.of("attribute", attribute.name())
        : ((RuleCost.Fixed) cost).permits();
  }

  private static Object count(Set<Integer> statuses) {
    return statuses.isEmpty() ? Map.of() : Map.of("status", statuses.stream().sorted().toList());
  }

  private List<Map<String, Object>> entries(List<ListEntry> entries) {
    return entries.stream().map(this::fields).toList();
  }

  Map<String, Object> fields(ListEntry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (entry.client() instanceof ListEntry.User user) {
      fields.put("user", user.id());
    } else if (entry.client() instanceof ListEntry.ApiKey apiKey) {
      fields.put("api-key", apiKey.key());
    } else if (entry.client() instanceof ListEntry.Network network) {
      fields.put("address", network.block().toString());
    }
    putOrigin(fields, entry.reason(), entry.author(), entry.until());
    return fields;
  }

  private List<Map<String, Object>> overrides(List<LimitOverride> overrides) {
    return overrides.stream().map(this::fields).toList();
  }

  Map<String, Object> fields(LimitOverride override) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("user", override.user());
    fields.put("rule", override.rule());
    fields.put("limits", override.policy().text());
    putOrigin(fields, override.reason(), override.author(), override.until());
    return fields;
  }

  private void putOrigin(
      Map<String, Object> fields, String reason, String author, Optional<Instant> until) {
    put(fields, "reason", reason, "", text -> text);
    put(fields, "author", author, "", text -> text);
    until.ifPresent(time -> fields.put("until", time.toString()));
  }

  /** Returns the defenses by their names. */
  static Map<String, Map<String, Object>> fields(Defenses defenses) {
    Map<String, Map<String, Object>> fields = new LinkedHashMap<>();
    defenses.bans().ifPresent(bans -> fields.put(DefensesReader.BANS, fields(bans)));
    defenses.newKeys().ifPresent(bound -> fields.put(DefensesReader.NEW_KEYS, fields(bound)));
    defenses.honeypots().ifPresent(pots -> fields.put(DefensesReader.HONEYPOTS, fields(pots)));
    return fields;
  }

  private static Map<String, Object> fields(BanPolicy bans) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("after", bans.refusals());
    fields.put("within", DurationText.of(bans.within()));
    fields.put("first", DurationText.of(bans.first()));
    fields.put("longest", DurationText.of(bans.longest()));
    return fields;
  }

  private static Map<String, Object> fields(NewKeyBound bound) {
    Map<String, Object> fields = new LinkedHashMap<>();
    bound.limits().ifPresent(limits -> fields.put("limits", limits.text()));
    fields.put("ipv4-prefix", bound.ipv4Bits());
    fields.put("ipv6-prefix", bound.ipv6Bits());
    bound.memoryPercent().ifPresent(percent -> fields.put("refuse-above-memory", percent + "%"));
    return fields;
  }

  private static Map<String, Object> fields(Honeypots honeypots) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (!honeypots.paths().isEmpty()) {
      fields.put("paths", honeypots.paths().stream().map(PathPattern::toString).toList());
    }
    putSorted(fields, "api-keys", honeypots.apiKeys());
    putSorted(fields, "users", honeypots.users());
    fields.put("ban", DurationText.of(honeypots.ban()));
    return fields;
  }

  private static void putSorted(Map<String, Object> fields, String name, Set<String> values) {
    if (!values.isEmpty()) {
      fields.put(name, values.stream().sorted().toList());
    }
  }
}
