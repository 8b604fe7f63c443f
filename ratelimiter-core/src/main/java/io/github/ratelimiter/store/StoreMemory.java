package io.github.ratelimiter.store;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The memory of the server that keeps the usage of keys. Immutable.
 *
 * @param usedBytes the bytes in use, by all data of the server
 * @param maxBytes the bytes that the server may use; empty if it has no bound
 * @param eviction how the server loses usage when its memory is full, for people; empty if it does
 *     not
 */
public record StoreMemory(long usedBytes, OptionalLong maxBytes, Optional<String> eviction) {
  /** Throws {@link NullPointerException} if a value is null. */
  public StoreMemory {
    Objects.requireNonNull(maxBytes, "maxBytes");
    Objects.requireNonNull(eviction, "eviction");
  }

  /**
   * Returns the part of the memory that is in use. Of 100 MB, 82 MB used: 0.82.
   *
   * @return 0 or more; may exceed 1 for a moment; empty if the memory has no bound
   */
  public OptionalDouble usedPart() {
    return maxBytes.isPresent()
        ? OptionalDouble.of((double) usedBytes / maxBytes.getAsLong())
        : OptionalDouble.empty();
  }
}
