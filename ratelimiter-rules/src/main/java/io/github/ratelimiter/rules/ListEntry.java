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
  public sealed interface ClientId {
    /**
     * Returns a short text for people and logs.
     *
     * @return for example {@code user '42'} or {@code 10.0.0.0/8}; of an API key only the beginning
     */
    String text();
  }

  /** An authenticated user. */
  public record User(String id) implements ClientId {
    @Override
    public String text() {
      return "user '" + id + "'";
    }
  }

  /** A known API key. */
  public record ApiKey(String key) implements ClientId {
    private static final int SHOWN = 4;

    @Override
    public String text() {
      return "API key '"
          + (key.length() <= 2 * SHOWN ? key : key.substring(0, SHOWN) + "...")
          + "'";
    }
  }

  /** All addresses of a block. */
  public record Network(CidrBlock block) implements ClientId {
    @Override
    public String text() {
      return block.toString();
    }
  }

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
