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

/** Puts a {@link RateLimiter} together. Not thread-safe. */
public final class RateLimiterBuilder {
  private @Nullable Function<? super String, Policy> policies;
  private @Nullable Policy policy;
  private @Nullable StateStore store;
  private TimeSource timeSource = TimeSource.system();
  private @Nullable Executor executor;
  private boolean direct;
  private final List<DecisionListener> listeners = new ArrayList<>();
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
   * A policy for each key, asked at every call: it must be quick and thread-safe. A policy that
   * changes keeps what its keys have used; see {@link Policy}.
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
   * Where the state lives. Closing it stays the caller's.
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
   * Puts a store around the store: {@code wrap(Fallback::local).wrap(AdmissionCache::of)}. Called
   * again, it goes around what is there already. What it makes is closed with the limiter.
   *
   * @param wrapper makes a store around the one that it is given
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder wrap(Function<? super StateStore, ? extends StateStore> wrapper) {
    wrappers.add(Objects.requireNonNull(wrapper, "wrapper"));
    return this;
  }

  /**
   * What {@link RateLimiter#tryAcquire(String, long, java.time.Duration)} waits on; the system's
   * clock by default. A store that reads a clock of this process is given the same one.
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
   * Where futures complete, and so where dependent stages run that were added before, and where
   * listeners hear of asynchronous calls. By default that is the library's own executor: virtual
   * threads where the JDK has them, else a small pool. Calls that block are woken directly.
   *
   * @param executor runs a short task for each answer that was not there at the call, and whatever
   *     the application has attached to it; what it rejects, the library's own runs
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.direct = false;
    return this;
  }

  /**
   * Completes futures, and tells listeners of asynchronous calls, on the thread that has the
   * answer: a store's I/O thread, or the timer that all limiters share. That saves a hand-over for
   * each answer. Whatever is attached to a future then holds up everybody's answers for as long as
   * it runs, so it must be quick. A blocking call of a limiter on such a thread fails at once with
   * an {@link IllegalStateException}.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder completeDirectly() {
    this.direct = true;
    return this;
  }

  /**
   * Adds a listener.
   *
   * @param listener is notified of every decision
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder listener(DecisionListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds a listener to the store and to its wrappers, until the limiter is closed.
   *
   * @param listener is notified of what happens in them
   * @return this
   */
  @CanIgnoreReturnValue
  public RateLimiterBuilder storeListener(StoreListener listener) {
    storeListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Makes the limiter.
   *
   * @return the limiter
   * @throws IllegalStateException if the policy or the store is missing, or a wrapper returned null
   */
  public RateLimiter build() {
    if (store == null) {
      throw new IllegalStateException("no store; give one with store(...)");
    }
    if (policy == null && policies == null) {
      throw new IllegalStateException(
          "no policy; give one with policy(name, limits) or policies(...)");
    }
    Deque<StateStore> wrapped = new ArrayDeque<>();
    StateStore outermost = store;
    try {
      for (Function<? super StateStore, ? extends StateStore> wrapper : wrappers) {
        outermost = wrap(outermost, wrapper, wrapped);
      }
      Executor completing = executor == null ? timeSource.executor() : executor;
      return new StoreRateLimiter(
          policy,
          policies,
          outermost,
          wrapped,
          timeSource,
          direct ? null : completing,
          listeners,
          storeListeners);
    } catch (RuntimeException e) {
      wrapped.forEach(StateStore::close);
      throw e;
    }
  }

  /** A store around a store; what is new is ours to close, the outermost first. */
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
