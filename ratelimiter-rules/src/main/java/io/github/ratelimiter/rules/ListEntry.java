package io.github.ratelimiter.rules;

import io.github.ratelimiter.net.CidrBlock;
import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the list of clients that are always allowed, or of those that are always denied.
 * Immutable.
 *
 * @param client who it is
 * @param reason why, for people; empty if it is not told
 * @param author who made the entry; empty if it is not told
 * @param until when the entry ends; empty if it does not
 */
public record ListEntry(ClientId client, String reason, String author, Optional<Instant> until) {
  /** Identifies a client, or the clients of a network. */
  public sealed interface ClientId {}

  /** An authenticated user. */
  public record User(String id) implements ClientId {}

  /** A known API key. */
  public record ApiKey(String key) implements ClientId {}

  /** All addresses of a block. */
  public record Network(CidrBlock block) implements ClientId {}

  /**
   * Returns whether the entry applies at a time.
   *
   * @param now the time
   * @return false from the end of the entry on
   */
  public boolean appliesAt(Instant now) {
    return until.isEmpty() || now.isBefore(until.get());
  }
}
