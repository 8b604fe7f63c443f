package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.FollowedFile;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports which rules are in force. It is always {@code UP}: rules are in force whatever the file
 * has, and a mistake in a file must not take instances out of service.
 */
final class RulesHealthIndicator extends AbstractHealthIndicator {
  private final Rules rules;
  private final @Nullable FollowedFile file;

  RulesHealthIndicator(Rules rules, @Nullable FollowedFile file) {
    super("The state of the rules cannot be read");
    this.rules = rules;
    this.file = file;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    health.up().withDetail("version", rules.version().number());
    if (rules.isShadowed()) {
      health.withDetail("shadowed", true);
    }
    if (file != null) {
      health.withDetail("file", FileState.of(file));
    }
  }
}
