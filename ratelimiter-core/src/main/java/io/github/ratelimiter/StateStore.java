package io.github.ratelimiter;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what keys have used, and decides. Thread-safe. Each request is decided in one atomic step,
 * at an instant of the store's own clock.
 *
 * <p>A store may wrap another one; its {@code toString()} then names the other. Implementations are
 * held to the specification in the test kit.
 */
public interface StateStore extends AutoCloseable {
  /**
   * The decision, if it takes neither waiting nor I/O.
   *
   * @param request what to decide
   * @return the decision; null if there is none without waiting, and then nothing has been done
   * @throws IllegalStateException if the store is closed
   */
  default @Nullable Decision tryDecide(Request request) {
    return null;
  }

  /**
   * The decision, now or later. A store that waits for anything has a deadline of its own: the
   * stage always completes.
   *
   * @param request what to decide
   * @return a stage that completes with the decision, or with what went wrong
   * @throws IllegalStateException if the store is closed
   */
  CompletionStage<Decision> decide(Request request);

  /** Releases what the store holds. Later requests are refused with an exception. */
  @Override
  default void close() {}
}
