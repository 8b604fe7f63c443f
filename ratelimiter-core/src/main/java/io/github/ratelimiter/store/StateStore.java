package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the usage of keys and decides. Thread-safe. Each request is decided in one atomic step, at
 * an instant of the store's own clock.
 *
 * <p>A store that wraps another one extends {@link ForwardingStore}. The test kit has a
 * specification that every store must pass.
 */
public interface StateStore extends AutoCloseable {
  /**
   * Returns the decision if it needs neither waiting nor I/O.
   *
   * @param request the request
   * @return the decision; null if the store would have to wait, and then nothing has been done
   * @throws IllegalStateException if the store is closed
   */
  default @Nullable Decision tryDecide(Request request) {
    return null;
  }

  /**
   * Returns a faster way to {@link #tryDecide} for the acquires of one key.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @return decides as this store would, also after other requests for the key; null if there is no
   *     faster way, which is the default
   */
  default @Nullable Acquirer acquirer(String key, Policy policy) {
    return null;
  }

  /**
   * Decides before a deadline. Never throws: all failures complete the stage exceptionally. The
   * failure of a closed store is {@link IllegalStateException}.
   *
   * <p>The stage always completes, at the latest soon after the deadline. All work of the store for
   * the request, including further attempts, must end by then. If no time is left and the store
   * would have to wait, it fails with {@link StoreTimeoutException}, and nothing has been done.
   *
   * @param request the request
   * @param deadline the deadline
   * @return a stage that completes with the decision or with a failure
   */
  CompletionStage<Decision> decide(Request request, Deadline deadline);

  /**
   * Returns the decisions of a joint request if they need neither waiting nor I/O.
   *
   * @param request the request
   * @return a decision for each part; null if the store would have to wait, and then nothing has
   *     been done
   * @throws IllegalStateException if the store is closed
   */
  default @Nullable List<Decision> tryDecideAll(JointRequest request) {
    return null;
  }

  /**
   * Decides a joint request before a deadline: grants the permits of all parts that are not
   * observed, or none. If it grants none, a part that could grant its own has an allowed decision
   * nevertheless, with the numbers of a state that was not charged. Fails as {@link
   * #decide(Request, Deadline)} does.
   *
   * <p>By default it holds the permits of each part on its own, and releases them if another part
   * refuses; see {@link HoldAndRelease}. A store that can decide all parts in one atomic step
   * overrides this.
   *
   * @param request the request
   * @param deadline the deadline
   * @return a stage that completes with a decision for each part, or with a failure
   */
  default CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    return HoldAndRelease.decide(this, request, deadline);
  }

  /**
   * Returns whether {@link #decideAll} decides a joint request in one atomic step. Then a failed
   * call has either granted the permits of all parts, or of none.
   *
   * @param request the request
   * @return false if the parts may be held and released separately, which is the default
   */
  default boolean isAtomic(JointRequest request) {
    return false;
  }

  /**
   * Decides within {@link #timeout()} on the system's clock.
   *
   * @param request the request
   * @return a stage that completes with the decision or with a failure
   */
  default CompletionStage<Decision> decide(Request request) {
    return decide(request, Deadline.after(timeout(), TimeSource.system()));
  }

  /**
   * Decides now if possible, otherwise before a deadline. Never throws, even if the store does.
   *
   * @param store the store
   * @param request the request
   * @param deadline returns the deadline; is called only if the decision takes time, so that others
   *     need not read the clock
   * @return a future of the decision
   */
  static CompletableFuture<Decision> ask(
      StateStore store, Request request, Supplier<Deadline> deadline) {
    try {
      Decision decision = store.tryDecide(request);
      return decision != null
          ? CompletableFuture.completedFuture(decision)
          : send(store, request, deadline.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Decides a joint request now if possible, otherwise before a deadline. Never throws, even if the
   * store does.
   *
   * @param store the store
   * @param request the request
   * @param deadline returns the deadline; is called only if the decision takes time
   * @return a future of the decisions
   */
  static CompletableFuture<List<Decision>> askAll(
      StateStore store, JointRequest request, Supplier<Deadline> deadline) {
    try {
      List<Decision> decisions = store.tryDecideAll(request);
      return decisions != null
          ? CompletableFuture.completedFuture(decisions)
          : sendAll(store, request, deadline.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Decides a joint request before a deadline. Never throws, even if the store does.
   *
   * @param store the store
   * @param request the request
   * @param deadline the deadline
   * @return a future of the decisions
   */
  static CompletableFuture<List<Decision>> sendAll(
      StateStore store, JointRequest request, Deadline deadline) {
    try {
      return store.decideAll(request, deadline).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Decides before a deadline. Never throws, even if the store does. For a request for which {@link
   * #tryDecide} was called already, or for a wrapper that need not call it: each call passes
   * through all layers.
   *
   * @param store the store
   * @param request the request
   * @param deadline the deadline
   * @return a future of the decision
   */
  static CompletableFuture<Decision> send(StateStore store, Request request, Deadline deadline) {
    try {
      return store.decide(request, deadline).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Returns how long a decision may take unless the caller sets another deadline.
   *
   * @return always the same value. Default: 1 second
   */
  default Duration timeout() {
    return Duration.ofSeconds(1);
  }

  /**
   * Returns this store, or one that it wraps, as another type, for example {@link FleetStore}.
   *
   * @param <T> the type
   * @param type the type
   * @return the outermost store of that type; empty if there is none
   */
  default <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }

  /**
   * Returns whether this store decides now. Never waits.
   *
   * @return the present status. Default: {@link Status.Ready}
   */
  default Status status() {
    return new Status.Ready();
  }

  /**
   * Returns the numbers that this store and the stores that it wraps keep about themselves.
   *
   * @return always the same meters, with different names; empty by default
   */
  default List<StoreMeter> meters() {
    return List.of();
  }

  /**
   * Adds a listener to this store and to the stores that it wraps. A store without events ignores
   * it. A listener that was added several times is notified once of each event, until it was
   * removed as many times.
   *
   * @param listener is notified of events from now on
   */
  default void addListener(StoreListener listener) {}

  /**
   * Removes a listener from this store and from the stores that it wraps.
   *
   * @param listener is not notified of later events
   */
  default void removeListener(StoreListener listener) {}

  /** Releases what the store holds. Later requests fail with {@link IllegalStateException}. */
  @Override
  default void close() {}
}
