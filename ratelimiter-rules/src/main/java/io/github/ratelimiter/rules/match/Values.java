package io.github.ratelimiter.rules.match;

import java.util.Set;

/**
 * The values that a condition accepts. Immutable.
 *
 * @param accepted the values; if there are none, every value is accepted, so that something is
 *     present
 */
public record Values(Set<String> accepted) {
  /** Copies the set. */
  public Values {
    accepted = Set.copyOf(accepted);
  }

  /**
   * Returns values.
   *
   * @param accepted the values
   * @return the values
   */
  public static Values of(String... accepted) {
    return new Values(Set.of(accepted));
  }

  /**
   * Returns whether a value is accepted.
   *
   * @param value the value
   * @return true if it is one of the values, or if every value is accepted
   */
  public boolean accept(String value) {
    return accepted.isEmpty() || accepted.contains(value);
  }
}
