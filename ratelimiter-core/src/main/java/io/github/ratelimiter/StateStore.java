package io.github.ratelimiter;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what keys have used, and decides. Thread-safe. Each request is decided in one atomic step,
 * at an instant of the store's own clock.
 *
 * <p>A store may wrap another one; its {@code toString()} then names the other, and {@link
 * #timeout()} and {@link #unwrap} ask it. Implementations are held to the specification in the test
 * kit.
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
   * The decision, now or later, by a deadline: the stage always completes, soon after the deadline
   * at the latest. Whatever the store does for it, further tries included, takes only the time that
   * is left. If none is left, a store that would have to wait fails with {@link
   * StoreTimeoutException}, and nothing has been done.
   *
   * @param request what to decide
   * @param deadline by when
   * @return a stage that completes with the decision, or with what went wrong
   * @throws IllegalStateException if the store is closed
   */
  CompletionStage<Decision> decide(Request request, Deadline deadline);

  /**
   * The decision, now or later, within {@link #timeout()} by the system's clock.
   *
   * @param request what to decide
   * @return a stage that completes with the decision, or with what went wrong
   * @throws IllegalStateException if the store is closed
   */
  default CompletionStage<Decision> decide(Request request) {
    return decide(request, Deadline.after(timeout(), TimeSource.system()));
  }

  /**
   * How long a decision may take unless the caller says otherwise. A store around another one gives
   * that one's.
   *
   * @return always the same; 1 second unless a store knows better
   */
  default Duration timeout() {
    return Duration.ofSeconds(1);
  }

  /**
   * This store, or the one that it wraps, as something else that it is, for example a {@link
   * FleetStore}. A store around another one asks that one when it is not such a thing itself.
   *
   * @param <T> the type
   * @param type what is looked for
   * @return the outermost store that is one; empty if none is
   */
  default <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }

  /** Releases what the store holds. Later requests are refused with an exception. */
  @Override
  default void close() {}
}
