package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.Rules;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports which rules are in force. It is always {@code UP}: rules are in force whatever the source
 * has, and a mistake in it must not take instances out of service.
 */
final class RulesHealthIndicator extends AbstractHealthIndicator {
  private final Rules rules;
  private final @Nullable RulesSource source;

  RulesHealthIndicator(Rules rules, @Nullable RulesSource source) {
    super("The state of the rules cannot be read");
    this.rules = rules;
    this.source = source;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    health.up().withDetail("version", rules.version().number());
    if (rules.isShadowed()) {
      health.withDetail("shadowed", true);
    }
    SourceState state = source == null ? null : source.state();
    if (state != null) {
      health.withDetail("source", state);
    }
  }
}
