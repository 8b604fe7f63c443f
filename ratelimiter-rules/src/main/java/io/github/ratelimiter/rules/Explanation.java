package io.github.ratelimiter.rules;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why a request would be allowed or refused now. Nothing is consumed for it. Immutable.
 *
 * @param version the version of the rules
 * @param denied the entry of the list of denied clients, if there is one
 * @param allowed the entry of the list of allowed clients, if there is one and no denial
 * @param defense why the request is refused whatever its rules decide, if it is
 * @param rules the active rules that match, in their order, and what each of them does; the default
 *     rule if it applies
 * @param shadowed whether all rules are in shadow
 */
public record Explanation(
    long version,
    Optional<ListEntry> denied,
    Optional<ListEntry> allowed,
    Optional<DefenseExplanation> defense,
    List<RuleExplanation> rules,
    boolean shadowed) {
  /** Copies the list. */
  public Explanation {
    rules = List.copyOf(rules);
  }

  /**
   * What one rule does to the request.
   *
   * @param rule the rule
   * @param effect whether and why it applies
   * @param key what it counts; empty if the request does not have the key, or the rule does not
   *     apply
   * @param policy the limits that hold for this request
   * @param source where these limits are from
   * @param cost the permits that the request takes of each limit
   * @param decision what the limits would decide; empty if the rule does not apply
   */
  public record RuleExplanation(
      Rule rule,
      Effect effect,
      Optional<String> key,
      Policy policy,
      LimitsSource source,
      long cost,
      Optional<Decision> decision) {}

  /**
   * A refusal that is none of a rule.
   *
   * @param defense what refuses the request
   * @param retryAfter the time until it need not refuse it any more; empty if that is not known
   */
  public record DefenseExplanation(Defense defense, Optional<Duration> retryAfter) {}

  /** What refuses a request, except for rules and lists. */
  public enum Defense {
    /** The request is for a honeypot. A real one bans its client. */
    HONEYPOT,

    /** The client has requested a honeypot and is banned. */
    BAN,

    /** The request has a new key, and its network may not use more of them. */
    NEW_KEYS,

    /** The request has a new key, and too much of the store's memory is in use. */
    MEMORY
  }

  /** Where the limits of a rule for a request are from. The first that has some decides. */
  public enum LimitsSource {
    /** An override of the set of rules, for this user. */
    OVERRIDE,

    /** The user has limits of his own; see {@link OwnLimits}. */
    USER,

    /** The tier has limits of its own. */
    TIER,

    /** The rule. */
    RULE
  }

  /** Whether a rule that matches applies, and if not, why. */
  public enum Effect {
    /** It applies: its limits decide. */
    APPLIES,

    /** It counts and reports, and does not refuse. */
    SHADOWS,

    /** It allows the request, and the rules after it do not apply. */
    ALLOWS,

    /** Another rule comes first. */
    COMES_LATER,

    /** The request does not have a part of the key. */
    HAS_NO_KEY,

    /** The request costs nothing. */
    COSTS_NOTHING,

    /** The key is not among the percentage of the rule. */
    IS_NOT_ROLLED_OUT
  }

  /**
   * Returns whether the request would be allowed now.
   *
   * @return false if its client is denied, or a defense or a rule that applies refuses it
   */
  public boolean isAllowed() {
    if (!shadowed && (denied.isPresent() || defense.isPresent())) {
      return false;
    }
    return rules.stream()
        .noneMatch(
            each ->
                each.effect() == Effect.APPLIES
                    && each.decision().filter(decision -> !decision.allowed()).isPresent());
  }

  /** Returns a paragraph for people. It contains keys, which may be personal data. */
  @Override
  public String toString() {
    return ExplanationText.of(this);
  }
}
