package io.github.ratelimiter.rules.postgresql;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A user as the table {@code user_tiers} has him. Immutable.
 *
 * @param id the user
 * @param tier his tier; empty if he has none
 * @param limits limits of his own: policies by the IDs of rules, not checked, because somebody may
 *     have written them by hand; {@code *} is for all rules that count the user
 * @param createdAt when he was stored first
 * @param updatedAt when he was changed last
 * @param version grows with each change, and is never used again
 */
public record UserRecord(
    String id,
    Optional<String> tier,
    Map<String, String> limits,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  /** Copies the map. */
  public UserRecord {
    limits = Map.copyOf(limits);
  }
}
