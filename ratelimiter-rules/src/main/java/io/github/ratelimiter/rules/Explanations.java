package io.github.ratelimiter.rules;

import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.rules.Explanation.DefenseExplanation;
import io.github.ratelimiter.rules.Explanation.Effect;
import io.github.ratelimiter.rules.Explanation.RuleExplanation;
import io.github.ratelimiter.rules.RuleEffects.RuleEffect;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Explains what rules do to a request, without doing it. Thread-safe. */
final class Explanations {
  private final RuleKeys keys;
  private final Verdicts verdicts;

  Explanations(RuleKeys keys, Verdicts verdicts) {
    this.keys = keys;
    this.verdicts = verdicts;
  }

  /** What a rule does, and what its limits would decide. */
  private record Explained(RuleEffect effect, Optional<PartDecision> decided) {
    boolean refuses() {
      return effect.effect() == Effect.APPLIES
          && decided.filter(each -> !each.decision().allowed()).isPresent();
    }

    RuleExplanation rule() {
      return new RuleExplanation(
          effect.rule(),
          effect.effect(),
          effect.key().map(Key::text),
          effect.policy(),
          effect.limits().source(),
          effect.cost(),
          decided.map(PartDecision::decision));
    }
  }

  /**
   * Explains a request.
   *
   * @param shadow whether nothing is refused
   */
  Explanation of(CompiledRules rules, Subject subject, Instant now, boolean shadow) {
    long version = rules.version().number();
    Optional<ListEntry> denied = rules.denied(subject, now);
    Optional<ListEntry> allowed =
        denied.isPresent() ? Optional.empty() : rules.allowed(subject, now);
    if (denied.isPresent() || allowed.isPresent()) {
      return new Explanation(version, denied, allowed, Optional.empty(), List.of(), shadow);
    }
    List<Explained> each =
        new RuleEffects(keys, rules, subject, now, shadow).all().stream().map(this::of).toList();
    return new Explanation(
        version,
        denied,
        allowed,
        shadow ? Optional.empty() : defense(rules, subject, each),
        each.stream().map(Explained::rule).toList(),
        shadow);
  }

  private Explained of(RuleEffect effect) {
    return new Explained(
        effect,
        effect.counts()
            ? Optional.of(JointLimiter.of(verdicts.part(effect)).peek().parts().get(0))
            : Optional.empty());
  }

  /** A request that a rule refuses adds no key. */
  private Optional<DefenseExplanation> defense(
      CompiledRules rules, Subject subject, List<Explained> each) {
    Optional<DefenseExplanation> ban = verdicts.ban(rules, subject);
    return ban.isPresent() || each.stream().anyMatch(Explained::refuses)
        ? ban
        : verdicts.flood(
            rules, subject, each.stream().flatMap(one -> one.decided().stream()).toList());
  }
}
