package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds a {@link RateLimiter}. Not thread-safe. */
public final class RateLimiterBuilder {
  private @Nullable Function<? super String, Policy> policies;
  private @Nullable Policy policy;
  private @Nullable StateStore store;
  private TimeSource timeSource = TimeSource.system();
  private @Nullable Executor executor;
  private boolean direct;
  private final List<CallObserver> observers = new ArrayList<>();
  private final List<StoreListener> storeListeners = new ArrayList<>();
  private final List<Function<? super StateStore, ? extends StateStore>> wrappers =
      new ArrayList<>();

  RateLimiterBuilder() {}

  /**
   * Sets one policy for all keys.
   *
   * @param policy the policy
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder policy(Policy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
    this.policies = null;
    return this;
  }

  /**
   * Sets one policy for all keys.
   *
   * @param name the name of the policy, for example {@code login}: limiters with the same name and
   *     the same store share permits
   * @param text the limits, for example {@code 100/min burst 20}
   * @return this
   * @throws PolicySyntaxException if the text cannot be parsed
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder policy(String name, String text) {
    return policy(Policy.parse(name, text));
  }

  /**
   * Sets a function that returns the policy of each key. It is called at every call, so it must be
   * fast and thread-safe. If the policy of a key changes, the usage of the key is kept; see {@link
   * Policy}.
   *
   * @param policies from a key to its policy, never null
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder policies(Function<? super String, Policy> policies) {
    this.policies = Objects.requireNonNull(policies, "policies");
    this.policy = null;
    return this;
  }

  /**
   * Sets the store that keeps the state. The limiter does not close it.
   *
   * @param store the store
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder store(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
    return this;
  }

  /**
   * Wraps the store, for example {@code wrap(Fallback::local).wrap(AdmissionCache::of)}. Each
   * further call wraps the result of the previous one. The limiter closes the wrappers when it is
   * closed.
   *
   * @param wrapper returns a store that wraps its argument
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder wrap(Function<? super StateStore, ? extends StateStore> wrapper) {
    wrappers.add(Objects.requireNonNull(wrapper, "wrapper"));
    return this;
  }

  /**
   * Sets the clock on which {@link RateLimiter#tryAcquire(String, long, java.time.Duration)} waits.
   * Default: the system's clock. A store that reads a clock of this process must be given the same
   * one.
   *
   * @param timeSource the clock
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Sets the executor on which futures complete. Dependent stages that were added before the
   * completion run on it, and listeners are notified of asynchronous calls on it. Default: the
   * library's own executor, which uses virtual threads where the JDK has them and a small pool
   * otherwise. Blocking calls are woken directly.
   *
   * @param executor runs a short task for each decision that was not available at the call, and the
   *     stages that the application has attached to it; a task that it rejects runs on the
   *     library's own executor
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.direct = false;
    return this;
  }

  /**
   * Completes futures and notifies listeners of asynchronous calls on the thread that has the
   * decision: an I/O thread of the store, or the timer that all limiters share. This saves a
   * hand-over for each decision. A stage that is attached to a future then delays all other
   * decisions for as long as it runs, so it must be fast. A blocking call of a limiter on such a
   * thread fails immediately with an {@link IllegalStateException}.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder completeDirectly() {
    this.direct = true;
    return this;
  }

  /**
   * Adds a listener, as {@link RateLimiter#addObserver} does.
   *
   * @param listener is notified of every decision
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder listener(DecisionListener listener) {
    observers.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds a listener to the store and to its wrappers. It is removed when the limiter is closed.
   *
   * @param listener is notified of events in them
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder storeListener(StoreListener listener) {
    storeListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Builds the limiter.
   *
   * @return the limiter
   * @throws IllegalStateException if the policy or the store is missing, or a wrapper returned null
   */
  public RateLimiter build() {
    if (store == null) {
      throw new IllegalStateException("no store; set one with store(...)");
    }
    if (policy == null && policies == null) {
      throw new IllegalStateException(
          "no policy; set one with policy(name, limits) or policies(...)");
    }
    Deque<StateStore> wrapped = new ArrayDeque<>();
    StateStore outermost = store;
    try {
      for (Function<? super StateStore, ? extends StateStore> wrapper : wrappers) {
        outermost = wrap(outermost, wrapper, wrapped);
      }
      Executor completing = executor == null ? timeSource.executor() : executor;
      Calls calls =
          new Calls(
              outermost,
              new Observers(observers, timeSource),
              direct ? null : completing,
              timeSource);
      return new StoreRateLimiter(new Requests(policy, policies), calls, wrapped, storeListeners);
    } catch (RuntimeException e) {
      wrapped.forEach(StateStore::close);
      throw e;
    }
  }

  /** Wraps a store. A new wrapper is ours to close, the outermost first. */
  private static StateStore wrap(
      StateStore inner,
      Function<? super StateStore, ? extends StateStore> wrapper,
      Deque<StateStore> wrapped) {
    StateStore outer = wrapper.apply(inner);
    if (outer == null) {
      throw new IllegalStateException("a wrapper returned null for " + inner);
    }
    if (outer != inner) {
      wrapped.addFirst(outer);
    }
    return outer;
  }
}
