package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Limits of users from code of the application, which cannot hurt a request. Thread-safe. */
final class GuardedOwnLimits implements OwnLimits {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  private final LimitedLog failed =
      new LimitedLog(LOG, Level.ERROR, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private final OwnLimits inner;

  private GuardedOwnLimits(OwnLimits inner) {
    this.inner = inner;
  }

  static OwnLimits around(OwnLimits inner) {
    return inner == NONE ? NONE : new GuardedOwnLimits(inner);
  }

  @Override
  public Optional<Policy> of(String user, Rule rule) {
    try {
      return inner.of(user, rule).map(policy -> named(policy, rule.id()));
    } catch (RuntimeException e) {
      failed
          .event()
          .setCause(Keyless.stack(e))
          .addKeyValue("rule", rule.id())
          .log("The source of users' own limits failed; '{}' limits them as others", rule.id());
      return Optional.empty();
    }
  }

  private static Policy named(Policy policy, String rule) {
    return policy.name().equals(rule) ? policy : Policy.of(rule, policy.limits());
  }
}
