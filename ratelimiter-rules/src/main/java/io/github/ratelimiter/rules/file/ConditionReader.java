package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads what a rule matches. A mapping of one condition is that condition; of several, all of them.
 */
final class ConditionReader {
  static final List<String> NAMES =
      List.of(
          "method",
          "path",
          "header",
          "query",
          "user",
          "api-key",
          "tier",
          "address",
          "attribute",
          "not",
          "all");

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT");

  private final Mistakes mistakes;
  private final Scalars scalars;

  ConditionReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.scalars = new Scalars(mistakes);
  }

  Condition read(Node node) {
    List<Condition> conditions = new ArrayList<>();
    Fields.of(node, "conditions such as { path: /login }", NAMES, mistakes)
        .ifPresent(
            fields -> fields.all().forEach((name, value) -> conditions.addAll(read(name, value))));
    return conditions.size() == 1 ? conditions.get(0) : new Condition.All(conditions);
  }

  private List<Condition> read(String name, Node value) {
    return switch (name) {
      case "method" -> List.of(new Condition.Method(methods(value)));
      case "path" ->
          List.of(
              new Condition.Path(
                  scalars.some(value, "a path such as /api/**", PathPattern::parse)));
      case "header" -> named(value, Condition.Header::new, "{ X-Client: ios }");
      case "query" -> named(value, Condition.Query::new, "{ q: \"*\" }");
      case "attribute" -> named(value, Condition.Attribute::new, "{ region: eu }");
      case "user" -> List.of(new Condition.User(values(value)));
      case "api-key" -> List.of(new Condition.ApiKey(values(value)));
      case "tier" -> List.of(new Condition.Tier(values(value)));
      case "address" ->
          List.of(
              new Condition.Address(
                  scalars.some(
                      value, "an address or a block such as 10.0.0.0/8", CidrBlock::parse)));
      case "not" -> List.of(new Condition.Not(read(value)));
      case "all" -> List.of(all(value));
      default -> List.of(); // It is reported as unknown.
    };
  }

  private Condition all(Node node) {
    if (!(node instanceof SequenceNode list)) {
      mistakes.expected(node, "a list of conditions such as [{ path: /login }, { user: \"7\" }]");
      return Condition.any();
    }
    return new Condition.All(list.getValue().stream().map(this::read).toList());
  }

  private Set<String> methods(Node node) {
    return new HashSet<>(scalars.some(node, "a method such as POST", ConditionReader::method));
  }

  private static String method(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (METHODS.contains(upper) && !upper.equals(text)) {
      throw new IllegalArgumentException("found '%s', expected '%s'".formatted(text, upper));
    }
    if (text.equals("*")) {
      throw new IllegalArgumentException(
          "found '*', expected a method such as POST; without 'method' all methods match");
    }
    if (!text.matches(TOKEN)) {
      throw new IllegalArgumentException(
          "found '%s', expected a method such as POST".formatted(Mistakes.shown(text)));
    }
    return text;
  }

  /** Reads a mapping of names to values; each entry is a condition of its own. */
  private List<Condition> named(
      Node node, BiFunction<String, Values, Condition> condition, String example) {
    Map<String, Node> entries =
        Fields.of(node, "names and values such as " + example, mistakes)
            .map(Fields::all)
            .orElse(Map.of());
    List<Condition> conditions = new ArrayList<>();
    entries.forEach((name, value) -> conditions.add(condition.apply(name, values(value))));
    if (conditions.isEmpty() && node instanceof MappingNode) {
      mistakes.add(node, "found an empty mapping, expected names and values such as " + example);
    }
    return conditions;
  }

  private Values values(Node node) {
    List<String> texts = scalars.some(node, "a text, a list of texts, or \"*\"", text -> text);
    if (!texts.contains(ValueText.ANY)) {
      return new Values(new HashSet<>(texts.stream().map(ValueText::unescaped).toList()));
    }
    if (texts.size() > 1) {
      mistakes.add(node, "'*' accepts every value, so no other value can be beside it");
    }
    return new Values(Set.of());
  }
}
