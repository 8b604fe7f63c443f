package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.RuleSet;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Whether there are rules: in a file, in a database, or as a bean. */
final class OnRuleSet extends AnyNestedCondition {
  OnRuleSet() {
    super(ConfigurationPhase.REGISTER_BEAN);
  }

  @ConditionalOnProperty("ratelimiter.rules.file")
  static final class InFile {}

  @ConditionalOnBooleanProperty("ratelimiter.rules.database.enabled")
  static final class InDatabase {}

  @ConditionalOnBean(RuleSet.class)
  static final class InCode {}
}
