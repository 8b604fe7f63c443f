package io.github.ratelimiter.server.rest.compat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.postgresql.RuleStamp;
import io.github.ratelimiter.server.rest.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A rule with one limit as a policy. The limit of a rule with several is the first. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PolicyForm(
    String id,
    String name,
    String algorithm,
    long limit,
    double window,
    long burst,
    String scope,
    @JsonProperty("isActive") boolean isActive,
    @JsonProperty("createdAt") @Nullable String createdAt,
    @JsonProperty("updatedAt") @Nullable String updatedAt) {
  private static final Map<String, String> SCOPES =
      Map.of("user", "user", "api", "endpoint", "ip", "ip", "global", "global");
  private static final List<String> READ_ONLY = List.of("createdAt", "updatedAt");

  static PolicyForm of(Rule rule, @Nullable RuleStamp stamp) {
    Limit limit = rule.policy().limits().get(0);
    return new PolicyForm(
        rule.id(),
        rule.name(),
        algorithm(limit),
        limit.permits(),
        limit.period().toMillis() / 1e3,
        limit.capacity(),
        scope(rule),
        rule.state() == RuleState.ACTIVE,
        stamp == null ? null : stamp.createdAt().toString(),
        stamp == null ? null : stamp.updatedAt().toString());
  }

  private static String algorithm(Limit limit) {
    if (limit instanceof TokenBucket) {
      return "token_bucket";
    }
    if (limit instanceof LeakyBucket) {
      return "leaky_bucket";
    }
    if (limit instanceof SlidingLog) {
      return "sliding_window_log";
    }
    return limit instanceof SlidingWindow ? "sliding_window" : "fixed_window";
  }

  private static String scope(Rule rule) {
    String key = rule.key().stream().map(KeyPart::toString).collect(Collectors.joining("+"));
    return SCOPES.entrySet().stream()
        .filter(scope -> scope.getValue().equals(key))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(key);
  }

  /**
   * Returns the form of a rule.
   *
   * @param creates whether the rule is new, and needs an ID
   */
  static ObjectNode rule(ObjectNode policy, boolean creates) {
    ObjectNode rule = JsonNodeFactory.instance.objectNode();
    if (creates && !policy.has("id")) {
      Instant now = Instant.now();
      rule.put("id", "policy_%d%09d".formatted(now.getEpochSecond(), now.getNano()));
    }
    for (Map.Entry<String, JsonNode> field : policy.properties()) {
      switch (field.getKey()) {
        case "scope" -> rule.put("key", key(field.getValue()));
        case "window" -> rule.set("window", OtherForms.window(field.getValue()));
        case "isActive" -> rule.set("enabled", field.getValue());
        default -> {
          if (!READ_ONLY.contains(field.getKey())) {
            rule.set(field.getKey(), field.getValue());
          }
        }
      }
    }
    if (creates && !rule.has("key")) {
      rule.put("key", "user");
    }
    return rule;
  }

  private static String key(JsonNode scope) {
    String key = SCOPES.get(scope.asString(""));
    if (key == null) {
      throw ProblemException.badField(
          "scope",
          "scope: found %s, expected one of %s"
              .formatted(scope, SCOPES.keySet().stream().sorted().toList()));
    }
    return key;
  }
}
