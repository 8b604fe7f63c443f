package io.github.ratelimiter.rules;

import java.util.Locale;

/** What a rule does to a request that its limits do not allow. */
public enum RuleAction {
  /** Refuses the request. */
  REJECT,

  /** Lets the request wait up to a time, and refuses it if it would have to wait longer. */
  THROTTLE,

  /** Does not limit the requests that the rule matches: no other rule applies to them. */
  ALLOW,

  /** Counts and reports, and never refuses. */
  SHADOW;

  /**
   * Returns the name in files.
   *
   * @return for example {@code reject}
   */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
