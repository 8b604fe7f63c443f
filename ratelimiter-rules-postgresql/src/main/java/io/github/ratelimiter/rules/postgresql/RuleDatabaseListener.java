package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.RuleVersion;

/**
 * Notified of changes of rules in a database, on the thread that watches the database. While a
 * method runs, nothing else is noticed. An exception is logged and ends nothing.
 */
@FunctionalInterface
public interface RuleDatabaseListener {
  /**
   * The database has another revision than before. If several were made at once, only the last is
   * reported.
   *
   * @param rules the rules
   */
  void changed(RuleVersion rules);

  /**
   * The database cannot be reached, or its rules are not valid. The rules before should stay in
   * force. An outage is reported once, and so is each revision that is not valid. The watch goes
   * on.
   *
   * @param failure the reason
   */
  default void failed(RuleDatabaseException failure) {}

  /**
   * The database can be read again after a failure, and its rules are valid. If they have changed,
   * {@link #changed} follows.
   */
  default void recovered() {}
}
