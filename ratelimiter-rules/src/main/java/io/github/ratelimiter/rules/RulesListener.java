package io.github.ratelimiter.rules;

import java.time.Duration;

/**
 * Notified of what happens to rules, on the thread that causes it. An exception is logged and does
 * no harm. Implementations must be thread-safe and should not block.
 */
public interface RulesListener {
  /**
   * Rules were put into force.
   *
   * @param before the version before
   * @param now the new version
   */
  default void changed(RuleVersion before, RuleVersion now) {}

  /**
   * Rules could not be read, so the rules in force stay.
   *
   * @param reason what is wrong; for a file, an exception with all mistakes
   */
  default void rejected(RuntimeException reason) {}

  /**
   * A client is banned, because it was refused repeatedly.
   *
   * @param rule the ID of the rule
   * @param key the key, which may contain personal data
   * @param duration the length of the ban
   */
  default void banned(String rule, String key, Duration duration) {}
}
