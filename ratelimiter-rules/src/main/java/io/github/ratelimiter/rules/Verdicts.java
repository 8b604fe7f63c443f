package io.github.ratelimiter.rules;

import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.internal.LimitedLog;
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

  private final LimitedLog tooMany =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());

  private final RateLimiter limiter;
  private final RuleKeys keys;

  Verdicts(RateLimiter limiter, RuleKeys keys) {
    this.limiter = limiter;
    this.keys = keys;
  }

  /**
   * Returns what applies to a request.
   *
   * @param shadow whether nothing is refused
   */
  RequestVerdict of(CompiledRules rules, Subject subject, Instant now, boolean shadow) {
    if (!shadow && rules.denied(subject, now).isPresent()) {
      return new RequestVerdict.Denied(ProblemType.FORBIDDEN, Optional.empty());
    }
    if (rules.allowed(subject, now).isPresent()) {
      return RequestVerdict.unlimited();
    }
    return new RequestVerdict.Limited(
        charges(new RuleEffects(keys, rules, subject, now, shadow).all()));
  }

  private List<RequestCharge> charges(List<RuleEffect> effects) {
    List<RequestCharge> charges = new ArrayList<>();
    for (RuleEffect effect : effects) {
      if (effect.counts()) {
        if (charges.size() == JointLimiter.MAX_PARTS) {
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
            JointLimiter.MAX_PARTS,
            rule.id());
  }

  private RequestCharge charge(RuleEffect effect) {
    JointLimiter.Part part = part(effect);
    return new RequestCharge(
        effect.effect() == Effect.SHADOWS ? part.observed() : part,
        Optional.empty(),
        effect.rule().maxWait(),
        effect.rule().failureMode());
  }

  /** Returns what a rule takes. Requires that it counts the request. */
  JointLimiter.Part part(RuleEffect effect) {
    return limiter
        .part(effect.key().orElseThrow().text())
        .policy(effect.policy())
        .permits(effect.cost());
  }
}
