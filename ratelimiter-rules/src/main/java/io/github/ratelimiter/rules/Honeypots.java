package io.github.ratelimiter.rules;

import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What no honest client requests: paths that do not exist, and keys that were published as bait. A
 * request for one of them is refused, and the network of its client is banned. Immutable.
 *
 * @param paths patterns of paths
 * @param apiKeys API keys that were never given to a client, whether or not the application knows
 *     them
 * @param users names of users
 * @param ban how long the client is banned, a positive time
 */
public record Honeypots(
    List<PathPattern> paths, Set<String> apiKeys, Set<String> users, Duration ban) {
  /** The name under which bans are stored, which no rule may have as its ID. */
  public static final String POLICY = "honeypots";

  /**
   * Copies the collections. Throws {@link IllegalArgumentException} if all are empty, or the ban is
   * not positive.
   */
  public Honeypots {
    paths = List.copyOf(paths);
    apiKeys = Set.copyOf(apiKeys);
    users = Set.copyOf(users);
    if (paths.isEmpty() && apiKeys.isEmpty() && users.isEmpty()) {
      throw new IllegalArgumentException("there are no honeypots; give paths, apiKeys or users");
    }
    if (ban.isNegative() || ban.isZero()) {
      throw new IllegalArgumentException("'ban' is %s; it must be positive".formatted(ban));
    }
  }

  /**
   * Returns honeypots of paths.
   *
   * @param ban how long a client is banned
   * @param patterns for example <code>/wp-admin/**</code>
   * @return honeypots
   * @throws IllegalArgumentException if there are no patterns, or one cannot be parsed
   */
  public static Honeypots paths(Duration ban, String... patterns) {
    return new Honeypots(
        List.of(patterns).stream().map(PathPattern::parse).toList(), Set.of(), Set.of(), ban);
  }

  /**
   * Returns these honeypots with API keys.
   *
   * @param apiKeys API keys that were never given to a client
   * @return honeypots
   */
  public Honeypots withApiKeys(String... apiKeys) {
    return new Honeypots(paths, Set.of(apiKeys), users, ban);
  }

  /** Returns what a request has fallen into, without the key; empty if it has not. */
  Optional<String> trapOf(Subject request) {
    if (request.sentApiKey().filter(apiKeys::contains).isPresent()) {
      return Optional.of("api-key");
    }
    if (request.user().filter(users::contains).isPresent()) {
      return Optional.of("user");
    }
    return paths.isEmpty()
        ? Optional.empty()
        : new Condition.Path(paths).matchedPattern(request).map(PathPattern::toString);
  }
}
