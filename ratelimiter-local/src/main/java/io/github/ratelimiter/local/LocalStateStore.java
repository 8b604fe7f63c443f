package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.internal.Periods;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.store.StoreMeter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A store that keeps the state of keys in the memory of this process, up to a maximum number of
 * keys. Each decision is made immediately, in one atomic step, at one reading of the clock.
 *
 * <p>A key with all permits available is removed without loss; each new key removes a few. If the
 * store is full of other keys, each new key evicts one of a sample: the one with the least time
 * until all its permits are available. The evicted key has its whole limit again. {@link
 * #evictions()} counts these keys. A key that was used once is evicted long before a key at its
 * limit.
 *
 * <p>A policy with one token bucket or leaky bucket takes 40 bytes for each key, plus a slot of the
 * table and the string of the key. Its decisions take no lock. Other policies take a lock for each
 * key. Decisions are faster if all calls pass the same {@link Policy} object, and not only an equal
 * one.
 *
 * <p>Thread-safe. It has no thread of its own.
 */
public final class LocalStateStore implements StateStore {
  private final StoreEvents events;
  private final KeyTable table;
  private final TimeSource time;

  /** On the system's clock: the other one cannot be trusted. */
  private final LimitedLog clockWentBack =
      new LimitedLog(
          LoggerFactory.getLogger(TimeSource.class),
          Level.WARN,
          LimitedLog.Rate.ONE_A_MINUTE,
          TimeSource.system());

  private final long maximumKeys;
  private final List<StoreMeter> meters;
  private final @Nullable Future<?> sweeping;
  private volatile boolean closed;

  LocalStateStore(LocalStateStoreBuilder builder) {
    this.maximumKeys = builder.maximumKeys;
    this.time = builder.timeSource;
    this.events = new StoreEvents(time.executor());
    this.table = new KeyTable(maximumKeys, time, events);
    this.meters =
        List.of(
            StoreMeter.gauge("local.keys", "Keys in the store", table::keys),
            StoreMeter.gauge("local.keys.max", "The maximum number of keys", () -> maximumKeys),
            StoreMeter.counter(
                "local.evictions",
                "Keys that were evicted although not all their permits were available",
                table::evictions));
    this.sweeping = builder.schedule(this::sweep);
  }

  /**
   * Returns a store with the default settings: up to 1,000,000 keys, on the system's clock.
   *
   * @return a new store
   */
  public static LocalStateStore create() {
    return builder().build();
  }

  /**
   * Returns a builder of a store.
   *
   * @return a new builder
   */
  public static LocalStateStoreBuilder builder() {
    return new LocalStateStoreBuilder();
  }

  /** Returns the decision, and never null. */
  @Override
  public Decision tryDecide(Request request) {
    checkOpen();
    return request instanceof Request.Acquire acquire
        ? acquire(acquire.key(), acquire.policy(), acquire.permits())
        : decideSlowly(request);
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  long nowMicros() {
    return Domain.instant(time.nowMicros());
  }

  /**
   * Decides the most frequent call: a key in the table, under the same policy object as its entry.
   * The clock is read first, because its ordered read would wait for the memory accesses of the
   * search. The request is not passed on, so that the JIT need not allocate it.
   */
  Decision acquire(String key, Policy policy, long permits) {
    long now = nowMicros();
    if (table.find(key, policy) instanceof WordEntry entry && entry.policy == policy) {
      Decision decision = entry.acquire(permits, now);
      if (decision != null) {
        return decision;
      }
    }
    return acquireSlowly(key, policy, permits);
  }

  /** Returns the entry of a key under a policy with one bucket; null if it has none. */
  @Nullable WordEntry findWord(String key, Policy policy) {
    return table.find(key, policy) instanceof WordEntry entry && entry.policy.equals(policy)
        ? entry
        : null;
  }

  private Decision acquireSlowly(String key, Policy policy, long permits) {
    WordEntry entry = findWord(key, policy);
    if (entry != null) {
      Decision decision = entry.acquire(permits, nowMicros());
      if (decision != null) {
        return decision;
      }
    }
    return decideSlowly(new Request.Acquire(key, policy, permits));
  }

  private Decision decideSlowly(Request request) {
    String key = request.key();
    Policy policy = request.policy();
    while (true) {
      Entry entry = table.find(key, policy);
      if (entry == null) {
        long at = instantOfNewKey(key, policy);
        KeyState state = new KeyState(policy);
        Decision decision = state.decide(request, at);
        if (table.add(key, state, at)) {
          return decision;
        }
      } else {
        Decision decision = entry.decide(request, nowMicros(), table);
        if (decision != null) {
          return decision;
        }
        table.settle(key, policy);
      }
    }
  }

  /**
   * Returns an instant that is not before the last removal of a key, because this key may have been
   * removed then. If the clock went back since, returns the present instant.
   */
  long instantOfNewKey(String key, Policy policy) {
    long now = nowMicros();
    long dropped = table.droppedAt(key, policy);
    if (now >= dropped) {
      return now;
    }
    long again = nowMicros();
    if (again < dropped) {
      table.clockWentBack(key, policy, dropped);
      clockWentBack
          .event()
          .addKeyValue("back_ms", Periods.millis(dropped - again))
          .log("The clock went back by {} ms or more", Periods.millis(dropped - again));
    }
    return again;
  }

  /** Returns the decisions, and never null. */
  @Override
  public List<Decision> tryDecideAll(JointRequest request) {
    checkOpen();
    return new JointStep(request, this, table).decide();
  }

  @Override
  public boolean isAtomic(JointRequest request) {
    return true;
  }

  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    try {
      return CompletableFuture.completedFuture(tryDecideAll(request));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public @Nullable Acquirer acquirer(String key, Policy policy) {
    return policy.wordBucket() == null ? null : new LocalAcquirer(this, key, policy);
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    try {
      return CompletableFuture.completedFuture(tryDecide(request));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Returns the number of keys, including those with all permits available that have not been
   * removed yet.
   *
   * @return the number of keys, at most the maximum
   */
  public long keys() {
    return table.keys();
  }

  /**
   * Returns the number of keys that were evicted although not all their permits were available. If
   * it is above 0, the maximum number of keys is too small.
   *
   * @return the number of evictions since the store was created
   */
  public long evictions() {
    return table.evictions();
  }

  void sweep() {
    table.sweep(nowMicros());
  }

  /** Returns the length of the longest chain. For tests. */
  int longestChain() {
    return table.longestChain();
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : new Status.Ready();
  }

  @Override
  public List<StoreMeter> meters() {
    return meters;
  }

  @Override
  public void addListener(StoreListener listener) {
    events.add(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    events.remove(listener);
  }

  /** Closes the store, and stops the sweep if there is one. Does not shut down the scheduler. */
  @Override
  public void close() {
    closed = true;
    if (sweeping != null) {
      sweeping.cancel(false);
    }
  }

  @Override
  public String toString() {
    return "local store of up to " + maximumKeys + " keys on " + time;
  }
}
