package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.rules.Explanation;
import io.github.ratelimiter.rules.Explanation.RuleExplanation;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesBuilder;
import io.github.ratelimiter.server.users.Users;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.threads.LibraryExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Checks requests against the rules in force. Thread-safe. */
public final class Checks {
  private final Rules rules;
  private final StateStore store;
  private final HttpLimiter limiter;
  private final CheckSurroundings around;

  /**
   * Creates checks.
   *
   * @param rules the rules in force
   * @param store where their usage is kept
   * @param headers describe decisions
   * @param around what is around each check
   */
  public Checks(Rules rules, StateStore store, RateLimitHeaders headers, CheckSurroundings around) {
    this.rules = rules;
    this.store = store;
    this.around = around;
    this.limiter = HttpLimiter.builder().limits(rules).headers(headers).build();
  }

  /** Returns rules that find what they ask for in the requests of such checks. */
  public static Rules rules(StateStore store, RuleSet set, Users users) {
    return builder(store, set)
        .ownLimits(users)
        .tier(request -> tier((CheckedRequest) request, users))
        .build();
  }

  /** Returns such rules with another clock. They know nothing of users. */
  public static Rules rules(StateStore store, RuleSet set, TimeSource time) {
    return builder(store, set).timeSource(time).build();
  }

  private static RulesBuilder builder(StateStore store, RuleSet set) {
    return Rules.builder(store)
        .rules(set)
        .apiKey(CheckedRequest.API_KEY, key -> true)
        .cost(request -> ((CheckedRequest) request).cost());
  }

  /** The program that asks knows best. */
  private static Optional<String> tier(CheckedRequest request, Users users) {
    return request.tier().or(() -> request.userId().flatMap(users::tierOf));
  }

  /** Takes the permits of all rules that apply to a request, or of none. */
  public CheckResult check(CheckedRequest request) {
    return around.check(request, () -> CheckResult.of(limiter.admit(request)), Function.identity());
  }

  /** Takes permits as {@link #check} does, without blocking. */
  public CompletableFuture<CheckResult> checkAsync(CheckedRequest request) {
    CompletableFuture<Void> ready = around.prepare(request);
    CompletableFuture<Admission> admitted =
        ready.isDone()
            ? limiter.admitAsync(request)
            : ready.thenComposeAsync(
                known -> limiter.admitAsync(request), LibraryExecutor.shared());
    return admitted
        .thenApply(CheckResult::of)
        .whenComplete(
            (result, failure) -> {
              if (failure == null) {
                around.listener().checked(request, result);
              } else {
                around.listener().failed(request);
              }
            });
  }

  /** Returns what {@link #check} would decide. Nothing is consumed. */
  public CheckResult peek(CheckedRequest request) {
    around.prepare(request).join();
    return CheckResult.of(limiter.peek(request));
  }

  /** Explains which rules apply to a request, and what they would decide. Nothing is consumed. */
  public Explanation explain(CheckedRequest request) {
    around.prepare(request).join();
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
    return explain(request).rules().stream()
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
