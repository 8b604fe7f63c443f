package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.cli.log.Line;
import io.github.ratelimiter.cli.rules.Outcome.RuleKey;
import io.github.ratelimiter.http.FurtherCheck;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.HttpResponse;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesListener;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/*
 * The rules decide as in an application, with one exception: a request cannot wait in a log, because
 * its time is over when the next line is read. If it would be allowed within the max-wait of its
 * rule, it counts as delayed. Its permits are reserved where that is possible, which is for buckets,
 * so the requests after it find them gone. Other limits are not charged for it.
 */
/** Rules in force in a preview, with a store of their own. */
final class Side implements AutoCloseable {
  /** The name of the list of denied clients in reports. No ID of a rule has parentheses. */
  static final String DENY_LIST = "(deny list)";

  /** The name of honeypots in reports. */
  static final String HONEYPOTS = "(honeypots)";

  /** The name of the bound of new keys in reports. */
  static final String NEW_KEYS = "(new keys)";

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

  /**
   * Decides a request. The clock must already show its time.
   *
   * @param status the status code of the response; {@link Line#NO_STATUS} if it is not known
   */
  Outcome decide(HttpRequest request, int status) {
    RequestVerdict verdict = rules.of(request);
    if (verdict instanceof RequestVerdict.Denied denied) {
      String by = denied.type() == ProblemType.FORBIDDEN ? DENY_LIST : HONEYPOTS;
      return refused(List.of(), new RuleKey(by, KeyText.ofClient(request)));
    }
    RequestVerdict.Limited limited = (RequestVerdict.Limited) verdict;
    List<RequestCharge> charges = limited.charges().stream().filter(Side::isOfRule).toList();
    return charges.isEmpty()
        ? Outcome.UNLIMITED
        : decide(request, charges, limited.further(), status);
  }

  /** This process knows all bans, and need not look for those of others. */
  private static boolean isOfRule(RequestCharge charge) {
    return !charge.part().policy().name().equals(Honeypots.POLICY);
  }

  private static Outcome refused(List<RuleKey> counted, RuleKey by) {
    return new Outcome(
        Stream.concat(counted.stream(), Stream.of(by)).toList(),
        Optional.of(by),
        Optional.empty(),
        List.of());
  }

  private Outcome decide(
      HttpRequest request,
      List<RequestCharge> charges,
      Optional<FurtherCheck> further,
      int status) {
    JointReservation made =
        JointLimiter.of(charges.stream().map(RequestCharge::part).toList()).reserve();
    if (made.allowed()
        && further.flatMap(check -> check.check(made.decision()).join()).isPresent()) {
      made.cancel();
      return refused(
          made.decision().parts().stream().map(Side::ruleKey).toList(),
          new RuleKey(NEW_KEYS, KeyText.ofClient(request)));
    }
    settle(charges, made, status);
    return outcome(charges, made.decision());
  }

  /** The log has the whole response, so its cost is known before the next request. */
  private static void settle(List<RequestCharge> charges, JointReservation made, int status) {
    for (int i = 0; i < charges.size(); i++) {
      Reservation reservation = made.reservations().get(i);
      Optional<ResponseCost> cost = charges.get(i).responseCost();
      if (status != Line.NO_STATUS && cost.isPresent() && reservation.allowed()) {
        reservation.settle(cost.get().permits(reservation.permits(), new HttpResponse(status, 0)));
      }
    }
  }

  private Outcome outcome(List<RequestCharge> charges, JointDecision decision) {
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
