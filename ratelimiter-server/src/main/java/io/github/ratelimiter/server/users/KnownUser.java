package io.github.ratelimiter.server.users;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.PolicySyntaxException;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What decisions need to know of a user. Thread-safe. */
final class KnownUser {
  private static final Logger LOG = LoggerFactory.getLogger(Users.class);

  /** A user who is not stored. */
  static final KnownUser UNKNOWN = new KnownUser(false, Optional.empty(), Map.of());

  /** A user without anything of his own. */
  private static final KnownUser DEFAULT = new KnownUser(true, Optional.empty(), Map.of());

  private final boolean stored;
  private final Optional<String> tier;
  private final Map<String, String> limits;

  /** By the IDs of rules: as many as there are rules. */
  private final Map<String, Optional<Policy>> policies = new ConcurrentHashMap<>();

  private KnownUser(boolean stored, Optional<String> tier, Map<String, String> limits) {
    this.stored = stored;
    this.tier = tier;
    this.limits = limits;
  }

  static KnownUser of(Optional<User> user) {
    return user.map(KnownUser::of).orElse(UNKNOWN);
  }

  private static KnownUser of(User user) {
    return user.settings().equals(User.Settings.DEFAULTS)
        ? DEFAULT
        : new KnownUser(true, user.tier(), user.limits());
  }

  boolean isStored() {
    return stored;
  }

  Optional<String> tier() {
    return tier;
  }

  Optional<Policy> policyOf(Rule rule) {
    return limits.isEmpty()
        ? Optional.empty()
        : policies
            .computeIfAbsent(rule.id(), id -> parse(id, limits.get(id)))
            .or(
                () ->
                    countsUser(rule)
                        ? policies.computeIfAbsent(
                            rule.id() + User.EVERY_RULE,
                            id -> parse(rule.id(), limits.get(User.EVERY_RULE)))
                        : Optional.empty());
  }

  /** A limit for every rule must not change what all users share. */
  static boolean countsUser(Rule rule) {
    return rule.key().stream()
        .anyMatch(part -> part.kind() == Kind.USER || part.kind() == Kind.CLIENT);
  }

  /** What others have stored may be wrong. Then the user has the limits of the rule. */
  private static Optional<Policy> parse(String rule, @Nullable String limits) {
    if (limits == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Policy.parse(rule, limits));
    } catch (PolicySyntaxException e) {
      LOG.atWarn()
          .addKeyValue("rule", rule)
          .log("Limits of a user for '{}' are ignored: {}", rule, e.getMessage());
      return Optional.empty();
    }
  }
}
