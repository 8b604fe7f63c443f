package io.github.ratelimiter.store;

import java.util.Optional;

/** A store that knows which instances of the application share it. Optional for stores. */
public interface FleetStore extends StateStore {
  /**
   * Returns the instances that are alive. While the store cannot be reached, returns the last known
   * ones. The first call registers this instance, and it stays registered until the store is
   * closed. Never waits.
   *
   * @return empty until the store has answered
   */
  Optional<Fleet> fleet();
}
