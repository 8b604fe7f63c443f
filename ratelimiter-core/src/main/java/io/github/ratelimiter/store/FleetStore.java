package io.github.ratelimiter.store;

import java.util.Optional;

/** A store that can tell which instances of the application share it. Optional for stores. */
public interface FleetStore extends StateStore {
  /**
   * The instances that are alive, as the store last said: while it cannot be reached, as it was
   * before. The first call makes this instance known to the others, and then it stays known until
   * the store is closed. Never waits.
   *
   * @return empty until the store has answered
   */
  Optional<Fleet> fleet();
}
