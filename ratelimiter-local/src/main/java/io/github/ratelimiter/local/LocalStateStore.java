package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state of keys in this process, at most so many of them. Thread-safe; no thread of its
 * own. Every decision is made at once, in one atomic step, at one reading of the clock.
 *
 * <p>A key whose permits are all available again is dropped without loss, a few at each new key. If
 * more keys than the maximum still matter, one is evicted for each new one, the nearest to being
 * fresh of a sample, and counted in {@link #evictions()}: it then has its whole limit again. A key
 * that was used once goes long before one at its limit.
 *
 * <p>A token or leaky bucket alone in its policy costs 40 bytes a key and the table's slot, beside
 * the key's own string, and its decisions take no lock; other policies take a lock of the key's
 * own. Give the same {@link Policy} object with every call: another object for the same limits is
 * understood, and slower.
 */
public final class LocalStateStore implements StateStore {
  private final StoreEvents events;
  private final KeyTable table;
  private final TimeSource time;
  private final long maximumKeys;
  private final @Nullable Future<?> sweeping;
  private volatile boolean closed;

  LocalStateStore(LocalStateStoreBuilder builder) {
    this.maximumKeys = builder.maximumKeys;
    this.time = builder.timeSource;
    this.events = new StoreEvents(time.executor());
    this.table = new KeyTable(maximumKeys, events);
    this.sweeping = builder.schedule(this::sweep);
  }

  /**
   * A store of up to 1,000,000 keys on the system's clock.
   *
   * @return the store
   */
  public static LocalStateStore create() {
    return builder().build();
  }

  /**
   * Starts a store.
   *
   * @return a builder
   */
  public static LocalStateStoreBuilder builder() {
    return new LocalStateStoreBuilder();
  }

  /** Never null: nothing here waits. */
  @Override
  public Decision tryDecide(Request request) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    return request instanceof Request.Acquire acquire
        ? acquire(acquire.key(), acquire.policy(), acquire.permits())
        : decideSlowly(request);
  }

  /**
   * What almost every call is: a key of the table, under the very policy that its entry has. The
   * clock is read first, or its ordered read would wait for the memory that the search asks for.
   * The request is not handed on, so that the JIT need not make it.
   */
  private Decision acquire(String key, Policy policy, long permits) {
    long now = Domain.instant(time.nowMicros());
    if (table.find(key, policy) instanceof WordEntry entry && entry.policy == policy) {
      Decision decision = entry.acquire(permits, now);
      if (decision != null) {
        return decision;
      }
    }
    return acquireSlowly(key, policy, permits);
  }

  private Decision acquireSlowly(String key, Policy policy, long permits) {
    if (table.find(key, policy) instanceof WordEntry entry && entry.policy.equals(policy)) {
      Decision decision = entry.acquire(permits, Domain.instant(time.nowMicros()));
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
      long now = Domain.instant(time.nowMicros());
      Entry entry = table.find(key, policy);
      if (entry == null) {
        long at = instantOfNewKey(key, policy, now);
        KeyState state = new KeyState(policy);
        Decision decision = state.decide(request, at);
        if (table.add(key, state, at)) {
          return decision;
        }
      } else {
        Decision decision = entry.decide(request, now, table);
        if (decision != null) {
          return decision;
        }
        table.settle(key, policy);
      }
    }
  }

  /**
   * A reading of the clock that is not older than the last key that was dropped: this one may have
   * been among those. If the clock went back since, nothing is older.
   */
  private long instantOfNewKey(String key, Policy policy, long now) {
    long dropped = table.droppedAt(key, policy);
    if (now >= dropped) {
      return now;
    }
    long again = Domain.instant(time.nowMicros());
    if (again < dropped) {
      table.clockWentBack(key, policy, dropped);
    }
    return again;
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
   * How many keys are held, those included that nobody has yet noticed to be fresh.
   *
   * @return keys, at most the maximum
   */
  public long keys() {
    return table.keys();
  }

  /**
   * How many keys that still mattered were evicted since the store was made. Above 0, the maximum
   * is too small for the load.
   *
   * @return evictions
   */
  public long evictions() {
    return table.evictions();
  }

  void sweep() {
    table.sweep(Domain.instant(time.nowMicros()));
  }

  /** How many entries the longest chain has; for tests. */
  int longestChain() {
    return table.longestChain();
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : new Status.Ready();
  }

  @Override
  public void addListener(StoreListener listener) {
    events.add(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    events.remove(listener);
  }

  /** Stops sweeping, where a scheduler was given. The scheduler is not shut down. */
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
