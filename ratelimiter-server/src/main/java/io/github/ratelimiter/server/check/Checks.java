package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.rules.Explanation;
import io.github.ratelimiter.rules.Explanation.RuleExplanation;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.store.StateStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** Checks requests against the rules in force. Thread-safe. */
public final class Checks {
  private final Rules rules;
  private final StateStore store;
  private final HttpLimiter limiter;

  /**
   * Creates checks.
   *
   * @param rules the rules in force
   * @param store where their usage is kept
   * @param headers describe decisions
   */
  public Checks(Rules rules, StateStore store, RateLimitHeaders headers) {
    this.rules = rules;
    this.store = store;
    this.limiter = HttpLimiter.builder().limits(rules).headers(headers).build();
  }

  /** Returns rules that find what they ask for in the requests of such checks. */
  public static Rules rules(StateStore store, RuleSet set) {
    return rules(store, set, TimeSource.system());
  }

  /** Returns such rules with another clock. */
  public static Rules rules(StateStore store, RuleSet set, TimeSource time) {
    return Rules.builder(store)
        .rules(set)
        .timeSource(time)
        .apiKey(CheckedRequest.API_KEY, key -> true)
        .cost(request -> ((CheckedRequest) request).cost())
        .build();
  }

  /** Takes the permits of all rules that apply to a request, or of none. */
  public CheckResult check(CheckedRequest request) {
    return CheckResult.of(limiter.admit(request));
  }

  /** Takes permits as {@link #check} does, without blocking. */
  public CompletableFuture<CheckResult> checkAsync(CheckedRequest request) {
    return limiter.admitAsync(request).thenApply(CheckResult::of);
  }

  /** Returns what {@link #check} would decide. Nothing is consumed. */
  public CheckResult peek(CheckedRequest request) {
    return CheckResult.of(limiter.peek(request));
  }

  /** Explains which rules apply to a request, and what they would decide. Nothing is consumed. */
  public Explanation explain(CheckedRequest request) {
    return rules.explain(request);
  }

  /** Returns the permits of a request that was allowed and then not served. */
  public List<RuleUse> refund(CheckedRequest request) {
    return forEachRule(request, (limiter, use) -> limiter.refund(keyOf(use), use.cost()));
  }

  /** Makes all permits of the keys of a request available again. */
  public List<RuleUse> reset(CheckedRequest request) {
    return forEachRule(request, (limiter, use) -> limiter.reset(keyOf(use)));
  }

  private List<RuleUse> forEachRule(
      CheckedRequest request, BiFunction<RateLimiter, RuleExplanation, Decision> action) {
    return rules.explain(request).rules().stream()
        .filter(each -> each.decision().isPresent())
        .map(each -> use(each, action))
        .toList();
  }

  private RuleUse use(
      RuleExplanation each, BiFunction<RateLimiter, RuleExplanation, Decision> action) {
    Decision state = action.apply(RateLimiter.of(each.policy(), store), each);
    return new RuleUse(each.rule().id(), keyOf(each), state);
  }

  /** Requires that the rule counts the request. */
  private static String keyOf(RuleExplanation each) {
    return each.key().orElseThrow();
  }
}
