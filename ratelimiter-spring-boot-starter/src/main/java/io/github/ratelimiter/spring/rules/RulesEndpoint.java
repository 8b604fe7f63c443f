package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.observe.TopLimitedKeys;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.rules.Explanation;
import io.github.ratelimiter.rules.Finding;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** The actuator endpoint {@code ratelimiterrules}. Keys may be personal data. */
@Endpoint(id = "ratelimiterrules")
final class RulesEndpoint {
  private static final int MOST_KEYS = 10;
  private static final String EXPLAIN = "explain";

  /** A version of the rules. */
  record Version(long number, String time, String author) {
    static Version of(RuleVersion version) {
      return new Version(version.number(), version.time().toString(), version.author());
    }
  }

  /** A rule in force, or one that is not active. */
  record RuleState(
      String id,
      String name,
      String state,
      int priority,
      String action,
      String limits,
      List<String> key,
      int percent) {
    static RuleState of(Rule rule) {
      return new RuleState(
          rule.id(),
          rule.name(),
          rule.state().text(),
          rule.priority(),
          rule.action().text(),
          rule.policy().text(),
          rule.key().stream().map(KeyPart::toString).toList(),
          rule.percent());
    }
  }

  /** All rules; the default rule is the last one. */
  record Overview(
      Version version,
      boolean shadowed,
      @Nullable SourceState source,
      String combination,
      List<RuleState> rules,
      List<String> findings,
      List<Version> versions) {}

  /** A rule, and the keys that it refused most. */
  record RuleDetails(RuleState rule, List<LimitedKey> lastMinute, List<LimitedKey> lastHour) {}

  /** What the rules would do to a request now. */
  record Explained(boolean allowed, long version, String text) {}

  private final Rules rules;
  private final @Nullable RulesSource source;
  private final TopLimitedKeys top;

  RulesEndpoint(Rules rules, @Nullable RulesSource source, TopLimitedKeys top) {
    this.rules = rules;
    this.source = source;
    this.top = top;
  }

  @ReadOperation
  Overview overview() {
    RuleVersion current = rules.version();
    return new Overview(
        Version.of(current),
        rules.isShadowed(),
        source == null ? null : source.state(),
        current.rules().combination().text(),
        Stream.concat(current.rules().rules().stream(), current.rules().defaultRule().stream())
            .map(RuleState::of)
            .toList(),
        rules.check().stream().map(Finding::toString).toList(),
        rules.versions().stream().map(Version::of).toList());
  }

  /**
   * Returns a rule, or null (404) if there is none of this ID. {@code explain} is not an ID: it
   * explains what happens to a request.
   */
  @ReadOperation
  @Nullable Object rule(
      @Selector String rule,
      @Nullable String method,
      @Nullable String path,
      @Nullable String address,
      @Nullable String user) {
    return rule.equals(EXPLAIN) && path != null
        ? explain(method == null ? "GET" : method, path, address, user)
        : rules.version().rules().rule(rule).map(this::details).orElse(null);
  }

  /** The kill switch: sets all rules into shadow, or ends that. */
  @WriteOperation
  Overview shadow(boolean shadowed) {
    rules.shadowAll(shadowed);
    return overview();
  }

  private RuleDetails details(Rule rule) {
    return new RuleDetails(
        RuleState.of(rule),
        top.lastMinute(rule.id(), MOST_KEYS),
        top.lastHour(rule.id(), MOST_KEYS));
  }

  private Explained explain(
      String method, String target, @Nullable String address, @Nullable String user) {
    int query = target.indexOf('?');
    DescribedRequest request =
        query < 0
            ? DescribedRequest.of(method, target)
            : DescribedRequest.of(method, target.substring(0, query))
                .withQuery(target.substring(query + 1));
    request = address == null ? request : request.withRemoteAddress(address);
    request = user == null ? request : request.withUser(user);
    Explanation explanation = rules.explain(request);
    return new Explained(explanation.isAllowed(), explanation.version(), explanation.toString());
  }
}
