package io.github.ratelimiter.rules;

import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.FurtherCheck;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.http.RequestVerdict.Denied;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.rules.Explanation.DefenseExplanation;
import io.github.ratelimiter.rules.Explanation.Effect;
import io.github.ratelimiter.rules.RuleEffects.RuleEffect;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Finds what applies to a request: a denial, or the limits of rules. Thread-safe. */
final class Verdicts {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  /** The rest of a joint decision is for a honeypot. */
  private static final int MOST_RULES = JointLimiter.MAX_PARTS - 1;

  private final LimitedLog tooMany =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());

  private final RateLimiter limiter;
  private final RuleKeys keys;
  private final Traps traps;
  private final KeyFloods floods;

  Verdicts(RateLimiter limiter, RuleKeys keys, RuleListeners listeners, TimeSource time) {
    this.limiter = limiter;
    this.keys = keys;
    this.traps = new Traps(limiter, keys, listeners, time);
    this.floods = new KeyFloods(limiter, listeners, time);
  }

  /**
   * Returns what applies to a request.
   *
   * @param shadow whether nothing is refused
   */
  RequestVerdict of(CompiledRules rules, Subject subject, Instant now, boolean shadow) {
    return of(rules, subject, now, shadow, traps::denied, floods::check);
  }

  /** Returns what would apply to a request, without an effect. */
  RequestVerdict peek(CompiledRules rules, Subject subject, Instant now, boolean shadow) {
    return of(rules, subject, now, shadow, traps::peek, floods::peek);
  }

  /** Denies a request that falls into a honeypot, or whose client is known to be banned. */
  @FunctionalInterface
  private interface TrapCheck {
    Optional<Denied> denied(Honeypots honeypots, Subject subject, boolean shadow);
  }

  /** Makes a check of the new keys of a request. */
  @FunctionalInterface
  private interface FloodCheck {
    FurtherCheck of(CompiledRules rules, NewKeyBound bound, Subject subject);
  }

  private RequestVerdict of(
      CompiledRules rules,
      Subject subject,
      Instant now,
      boolean shadow,
      TrapCheck trap,
      FloodCheck flood) {
    if (!shadow && rules.denied(subject, now).isPresent()) {
      return new Denied(ProblemType.FORBIDDEN, Optional.empty());
    }
    if (rules.allowed(subject, now).isPresent()) {
      return RequestVerdict.unlimited();
    }
    Optional<Honeypots> honeypots = rules.defenses().honeypots();
    Optional<Denied> trapped = honeypots.flatMap(pots -> trap.denied(pots, subject, shadow));
    if (trapped.isPresent()) {
      return trapped.get();
    }
    List<RequestCharge> charges = charges(new RuleEffects(keys, rules, subject, now, shadow).all());
    if (shadow) {
      return new RequestVerdict.Limited(charges);
    }
    Optional<RequestCharge> ban = honeypots.flatMap(pots -> traps.charge(subject));
    ban.ifPresent(charges::add);
    Optional<FurtherCheck> banned = ban.map(charge -> traps.check());
    Optional<FurtherCheck> flooded =
        rules.defenses().newKeys().map(bound -> flood.of(rules, bound, subject));
    return new RequestVerdict.Limited(
        charges, banned.map(first -> flooded.map(first::then).orElse(first)).or(() -> flooded));
  }

  /** Returns the ban that refuses a request or would follow from it; queries the store. */
  Optional<DefenseExplanation> ban(CompiledRules rules, Subject subject) {
    return rules.defenses().honeypots().flatMap(pots -> traps.explain(pots, subject));
  }

  /** Returns the bound of new keys that refuses a request; queries the store for a new key. */
  Optional<DefenseExplanation> flood(
      CompiledRules rules, Subject subject, List<PartDecision> granted) {
    return rules
        .defenses()
        .newKeys()
        .flatMap(bound -> floods.explain(rules, bound, subject, granted));
  }

  /** Leaves room for one more. */
  private List<RequestCharge> charges(List<RuleEffect> effects) {
    List<RequestCharge> charges = new ArrayList<>();
    for (RuleEffect effect : effects) {
      if (effect.counts()) {
        if (charges.size() == MOST_RULES) {
          tooMany(effect.rule());
          break;
        }
        charges.add(charge(effect));
      }
    }
    return charges;
  }

  private void tooMany(Rule rule) {
    tooMany
        .event()
        .addKeyValue("rule", rule.id())
        .log(
            "More than {} rules apply to a request; '{}' and later ones do not",
            MOST_RULES,
            rule.id());
  }

  private RequestCharge charge(RuleEffect effect) {
    JointLimiter.Part part = part(effect);
    return new RequestCharge(
        effect.effect() == Effect.SHADOWS ? part.observed() : part,
        responseCost(effect.rule()),
        effect.rule().maxWait(),
        effect.rule().failureMode());
  }

  private static Optional<ResponseCost> responseCost(Rule rule) {
    return rule.countedStatuses().isEmpty()
        ? Optional.empty()
        : Optional.of(ResponseCost.ifStatus(rule.countedStatuses()::contains));
  }

  /** Returns what a rule takes. Requires that it counts the request. */
  JointLimiter.Part part(RuleEffect effect) {
    return limiter
        .part(effect.key().orElseThrow().text())
        .policy(effect.policy())
        .permits(effect.cost());
  }
}
