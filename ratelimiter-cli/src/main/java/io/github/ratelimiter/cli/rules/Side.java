package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.cli.rules.Outcome.RuleKey;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesListener;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/*
 * The rules decide as in an application, with one exception: a request cannot wait in a log, because
 * its time is over when the next line is read. If it would be allowed within the max-wait of its
 * rule, it counts as delayed. Its permits are reserved where that is possible, which is for buckets,
 * so the requests after it find them gone. Other limits are not charged for it.
 */
/** Rules in force in a preview, with a store of their own. */
final class Side implements AutoCloseable {
  /** A rule's name in reports, where an ID of a rule cannot have parentheses. */
  static final String DENY_LIST = "(deny list)";

  private final RuleSet set;
  private final LocalStateStore store;
  private final Rules rules;

  /**
   * Creates a side that has decided nothing yet.
   *
   * @param bans receives the ID of the rule of each ban
   */
  Side(RuleSet set, TimeSource clock, long maximumKeys, Consumer<String> bans) {
    this.set = set;
    this.store = LocalStateStore.builder().maximumKeys(maximumKeys).timeSource(clock).build();
    RulesListener listener =
        new RulesListener() {
          @Override
          public void banned(String rule, String key, Duration duration) {
            bans.accept(rule);
          }
        };
    this.rules = Rules.builder(store).rules(set).timeSource(clock).listener(listener).build();
  }

  RuleSet set() {
    return set;
  }

  /** Returns the number of keys that were evicted before all their permits were available. */
  long evictions() {
    return store.evictions();
  }

  /** Decides a request. The clock must already show its time. */
  Outcome decide(LogRequest request) {
    RequestVerdict verdict = rules.of(request);
    if (verdict instanceof RequestVerdict.Denied) {
      RuleKey denied = new RuleKey(DENY_LIST, KeyText.ofClient(request));
      return new Outcome(List.of(denied), Optional.of(denied), Optional.empty(), List.of());
    }
    List<RequestCharge> charges = ((RequestVerdict.Limited) verdict).charges();
    return charges.isEmpty() ? Outcome.UNLIMITED : decide(charges);
  }

  private Outcome decide(List<RequestCharge> charges) {
    JointDecision decision =
        JointLimiter.of(charges.stream().map(RequestCharge::part).toList()).tryAcquire();
    List<PartDecision> parts = decision.parts();
    Optional<PartDecision> refusing = decision.refusedBy();
    boolean isDelayed = refusing.isPresent() && canWait(charges, decision);
    return new Outcome(
        parts.stream().map(Side::ruleKey).toList(),
        isDelayed ? Optional.empty() : refusing.map(Side::ruleKey),
        isDelayed ? refusing.map(Side::ruleKey) : Optional.empty(),
        parts.stream()
            .filter(each -> each.part().isObserved() && !each.decision().allowed())
            .map(each -> each.decision().policy().name())
            .toList());
  }

  private static RuleKey ruleKey(PartDecision each) {
    return new RuleKey(each.decision().policy().name(), KeyText.of(each.part().key()));
  }

  /** Requires that the request was refused. Reserves its permits if it can wait for them. */
  private boolean canWait(List<RequestCharge> charges, JointDecision decision) {
    Duration maxWait =
        charges.stream()
            .filter(charge -> charge.part() == decision.refusedBy().orElseThrow().part())
            .map(RequestCharge::maxWait)
            .findFirst()
            .orElse(Duration.ZERO);
    boolean isSoonEnough =
        decision.retryAfter().filter(wait -> wait.compareTo(maxWait) <= 0).isPresent();
    return isSoonEnough && decision.parts().stream().allMatch(each -> reserved(each, maxWait));
  }

  private boolean reserved(PartDecision each, Duration maxWait) {
    String key = each.part().key();
    Decision decision = each.decision();
    long permits = each.part().permits();
    if (decision.allowed()) {
      store.tryDecide(new Request.Acquire(key, decision.policy(), permits));
    } else if (!each.part().isObserved() && decision.policy().reservable()) {
      long micros = maxWait.toNanos() / 1_000;
      return store
          .tryDecide(new Request.Reserve(key, decision.policy(), permits, micros))
          .allowed();
    }
    return true;
  }

  @Override
  public void close() {
    store.close();
  }
}
