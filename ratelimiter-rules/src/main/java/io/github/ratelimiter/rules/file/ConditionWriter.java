package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes conditions in the form that {@link ConditionReader} reads. Conditions that one mapping
 * cannot hold, such as two on the path, are in a list named {@code all}.
 */
final class ConditionWriter {
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private String last = "";

  private ConditionWriter() {}

  static Map<String, Object> mapping(Condition condition) {
    ConditionWriter writer = new ConditionWriter();
    if (!(condition instanceof Condition.All all)) {
      writer.add(condition);
    } else if (all.conditions().size() == 1 || !all.conditions().stream().allMatch(writer::add)) {
      return Map.of("all", list(all));
    }
    return writer.fields;
  }

  private static List<Map<String, Object>> list(Condition.All all) {
    return all.conditions().stream().map(ConditionWriter::mapping).toList();
  }

  /** Returns false if the mapping cannot hold the condition, at this position. */
  private boolean add(Condition condition) {
    if (condition instanceof Condition.Header header) {
      return add("header", header.name(), header.values());
    } else if (condition instanceof Condition.Query query) {
      return add("query", query.name(), query.values());
    } else if (condition instanceof Condition.Attribute attribute) {
      return add("attribute", attribute.name(), attribute.values());
    }
    last = name(condition);
    return fields.putIfAbsent(last, value(condition)) == null;
  }

  /**
   * The conditions on headers, for example, are read in one place, so they must follow each other.
   */
  private boolean add(String kind, String name, Values values) {
    boolean isNext = !fields.containsKey(kind) || last.equals(kind);
    last = kind;
    @SuppressWarnings("unchecked") // Only this method puts values under these names.
    Map<String, Object> entries =
        (Map<String, Object>)
            fields.computeIfAbsent(kind, k -> new LinkedHashMap<String, Object>());
    return isNext && entries.putIfAbsent(name, ValueText.of(values)) == null;
  }

  private static String name(Condition condition) {
    if (condition instanceof Condition.Method) {
      return "method";
    } else if (condition instanceof Condition.Path) {
      return "path";
    } else if (condition instanceof Condition.User) {
      return "user";
    } else if (condition instanceof Condition.ApiKey) {
      return "api-key";
    } else if (condition instanceof Condition.Tier) {
      return "tier";
    } else if (condition instanceof Condition.Address) {
      return "address";
    }
    return condition instanceof Condition.Not ? "not" : "all";
  }

  private static Object value(Condition condition) {
    if (condition instanceof Condition.Method method) {
      return oneOrMore(method.methods().stream().sorted().toList());
    } else if (condition instanceof Condition.Path path) {
      return oneOrMore(path.patterns().stream().map(PathPattern::toString).toList());
    } else if (condition instanceof Condition.User user) {
      return ValueText.of(user.values());
    } else if (condition instanceof Condition.ApiKey apiKey) {
      return ValueText.of(apiKey.values());
    } else if (condition instanceof Condition.Tier tier) {
      return ValueText.of(tier.values());
    } else if (condition instanceof Condition.Address address) {
      return oneOrMore(address.blocks().stream().map(CidrBlock::toString).toList());
    }
    return condition instanceof Condition.Not not
        ? mapping(not.condition())
        : list((Condition.All) condition);
  }

  private static Object oneOrMore(List<String> texts) {
    return texts.size() == 1 ? texts.get(0) : texts;
  }
}
