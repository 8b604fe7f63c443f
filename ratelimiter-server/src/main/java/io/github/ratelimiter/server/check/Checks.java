package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.http.RequestVerdict.Limited;
import io.github.ratelimiter.rules.Explanation;
import io.github.ratelimiter.rules.Explanation.RuleExplanation;
import io.github.ratelimiter.rules.Honeypots;
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
    return Rules.builder(store).rules(set).apiKey(CheckedRequest.API_KEY, key -> true).build();
  }

  /** Takes the permits of all rules that apply to a request, or of none. */
  public CheckResult check(CheckedRequest request) {
    return CheckResult.of(limiter.admit(verdictOf(request)));
  }

  /** Takes permits as {@link #check} does, without blocking. */
  public CompletableFuture<CheckResult> checkAsync(CheckedRequest request) {
    return limiter.admitAsync(verdictOf(request)).thenApply(CheckResult::of);
  }

  /** Returns what {@link #check} would decide. Nothing is consumed. */
  public CheckResult peek(CheckedRequest request) {
    return CheckResult.of(limiter.peek(verdictOf(request)));
  }

  /** Explains which rules apply to a request, and what they would decide. Nothing is consumed. */
  public Explanation explain(CheckedRequest request) {
    return rules.explain(request);
  }

  /** Returns the permits of a request that was allowed and then not served. */
  public List<RuleUse> refund(CheckedRequest request) {
    return forEachRule(request, (limiter, key) -> limiter.refund(key, Math.max(request.cost(), 1)));
  }

  /** Makes all permits of the keys of a request available again. */
  public List<RuleUse> reset(CheckedRequest request) {
    return forEachRule(request, (limiter, key) -> limiter.reset(key));
  }

  private List<RuleUse> forEachRule(
      CheckedRequest request, BiFunction<RateLimiter, String, Decision> action) {
    return rules.explain(request).rules().stream()
        .filter(each -> each.decision().isPresent())
        .map(each -> use(each, action))
        .toList();
  }

  private RuleUse use(RuleExplanation each, BiFunction<RateLimiter, String, Decision> action) {
    RateLimiter ofRule = RateLimiter.of(each.policy(), store);
    String key = each.key().orElseThrow();
    return new RuleUse(each.rule().id(), key, action.apply(ofRule, key));
  }

  private RequestVerdict verdictOf(CheckedRequest request) {
    RequestVerdict verdict = rules.of(request);
    return request.cost() > 1 && verdict instanceof Limited limited
        ? new Limited(
            limited.charges().stream().map(each -> times(each, request.cost())).toList(),
            limited.further())
        : verdict;
  }

  /** A charge that finds bans is none of a rule, and stays as it is. */
  private static RequestCharge times(RequestCharge charge, long cost) {
    JointLimiter.Part part = charge.part();
    if (part.policy().name().equals(Honeypots.POLICY)) {
      return charge;
    }
    return new RequestCharge(
        part.permits(Math.multiplyExact(part.permits(), cost)),
        charge.responseCost(),
        charge.maxWait(),
        charge.failureMode());
  }
}
