package io.github.ratelimiter.rules;

/** What a request costs under a rule, in permits. Immutable. */
public sealed interface RuleCost {
  /**
   * Each request costs the same.
   *
   * @param permits at least 1
   */
  record Fixed(long permits) implements RuleCost {
    /** Throws {@link IllegalArgumentException} if the number is below 1. */
    public Fixed {
      if (permits < 1) {
        throw new IllegalArgumentException("cost is " + permits + "; it must be at least 1");
      }
    }
  }

  /**
   * An attribute of the request says what it costs: a number, or a text of digits. A request
   * without the attribute, or with another value, costs 1. A cost of 0 means that the rule does not
   * apply.
   *
   * @param name the name of the attribute
   */
  record FromAttribute(String name) implements RuleCost {}

  /** The cost of 1. */
  RuleCost ONE = new Fixed(1);
}
