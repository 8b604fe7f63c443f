package io.github.ratelimiter.rules;

import java.util.Objects;
import java.util.Optional;

/**
 * What is done against clients that do harm. Immutable.
 *
 * @param bans when a key that is refused repeatedly is banned; empty for never
 * @param newKeys how many new keys a network may use; empty for any number
 * @param honeypots what no honest client requests; empty for nothing
 */
public record Defenses(
    Optional<BanPolicy> bans, Optional<NewKeyBound> newKeys, Optional<Honeypots> honeypots) {
  /** No defenses. */
  public static final Defenses NONE =
      new Defenses(Optional.empty(), Optional.empty(), Optional.empty());

  /** Throws {@link NullPointerException} if a value is null. */
  public Defenses {
    Objects.requireNonNull(bans, "bans");
    Objects.requireNonNull(newKeys, "newKeys");
    Objects.requireNonNull(honeypots, "honeypots");
  }

  /** Returns these defenses with bans. */
  Defenses with(BanPolicy other) {
    return new Defenses(Optional.of(other), newKeys, honeypots);
  }

  /** Returns these defenses with a bound of new keys. */
  Defenses with(NewKeyBound other) {
    return new Defenses(bans, Optional.of(other), honeypots);
  }

  /** Returns these defenses with honeypots. */
  Defenses with(Honeypots other) {
    return new Defenses(bans, newKeys, Optional.of(other));
  }
}
