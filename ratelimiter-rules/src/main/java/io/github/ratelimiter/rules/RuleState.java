package io.github.ratelimiter.rules;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The life cycle of a rule. Only an active rule applies to requests.
 *
 * <pre>{@code
 * draft ----> active <---> suspended
 *   |         |  ^            |
 *   v         v  |            |
 *   inactive <---+------------+
 * }</pre>
 */
public enum RuleState {
  /** It is being written and has never applied. */
  DRAFT,

  /** It applies. */
  ACTIVE,

  /** It does not apply for a while. */
  SUSPENDED,

  /** It does not apply any more. */
  INACTIVE;

  /**
   * Returns the states that can follow.
   *
   * @return the states, without this one
   */
  public Set<RuleState> next() {
    return switch (this) {
      case DRAFT, SUSPENDED -> EnumSet.of(ACTIVE, INACTIVE);
      case ACTIVE -> EnumSet.of(SUSPENDED, INACTIVE);
      case INACTIVE -> EnumSet.of(ACTIVE);
    };
  }

  /**
   * Returns the name in files.
   *
   * @return for example {@code active}
   */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
