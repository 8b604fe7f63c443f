package io.github.ratelimiter.store;

import java.util.Optional;

/** A store that knows how full the memory of its server is. Optional for stores. */
public interface MemoryStore extends StateStore {
  /**
   * Returns the memory of the server, as it was a short time ago. The first call begins to measure.
   * Never waits.
   *
   * @return empty until the server has answered, and while it does not
   */
  Optional<StoreMemory> memory();
}
