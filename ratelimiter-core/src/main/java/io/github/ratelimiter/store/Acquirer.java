package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Takes permits of one key under one policy. It decides as {@link StateStore#tryDecide} does, and
 * may keep what it has found out about the key. Thread-safe.
 */
@FunctionalInterface
public interface Acquirer {
  /**
   * Takes permits if the decision needs neither waiting nor I/O.
   *
   * @param permits at least 1; not checked
   * @return the decision; null if the store would have to wait, and then nothing has been done
   * @throws IllegalStateException if the store is closed
   */
  @Nullable Decision tryAcquire(long permits);
}
