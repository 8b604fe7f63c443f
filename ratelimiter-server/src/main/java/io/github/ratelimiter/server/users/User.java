package io.github.ratelimiter.server.users;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A user that the service knows. One without a tier and without limits is limited as users that it
 * does not know. Immutable.
 *
 * @param id the user, as checks name him
 * @param tier the tier, for checks that do not name one
 * @param limits limits of his own, as policies by the IDs of rules; {@link #EVERY_RULE} stands for
 *     all rules that count the user and are not named
 * @param createdAt when he was stored first
 * @param updatedAt when he was changed last
 * @param version grows with each change, and is never used again, also not after a deletion
 */
public record User(
    String id,
    Optional<String> tier,
    Map<String, String> limits,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  /** The limits of all rules that count the user. */
  public static final String EVERY_RULE = "*";

  /** Copies the map, in the order of its names. */
  public User {
    limits = Collections.unmodifiableMap(new TreeMap<>(limits));
  }

  /** What can be changed of a user. Immutable. */
  public record Settings(Optional<String> tier, Map<String, String> limits) {
    /** Those of a new user. */
    public static final Settings DEFAULTS = new Settings(Optional.empty(), Map.of());

    /** Copies the map, in the order of its names. */
    public Settings {
      limits = Collections.unmodifiableMap(new TreeMap<>(limits));
    }
  }

  /** Returns what can be changed. */
  public Settings settings() {
    return new Settings(tier, limits);
  }
}
