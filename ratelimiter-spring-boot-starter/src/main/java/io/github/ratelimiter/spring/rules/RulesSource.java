package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/** Where rules come from that are not in code. */
interface RulesSource {
  /**
   * Reads the rules at the start of the application.
   *
   * @throws InvalidSettingException if there are mistakes, or the rules cannot be read
   */
  RuleSet read();

  /** Returns its state; null if its changes are not followed. */
  @Nullable SourceState state();
}
