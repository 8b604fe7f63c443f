package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Drains that were requested here while the store did not answer. This instance refuses the drained
 * keys. After the outage the drains are sent to the store, which then refuses the keys for all
 * instances. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // No caller waits for the store.
final class PendingDrains {
  private record Pending(Request.Drain drain, long until) {}

  private final Map<PolicyKey, Pending> drains = new ConcurrentHashMap<>();
  private final long maximumKeys;
  private final StoreAccess store;
  private final Breaker breaker;
  private final TimeSource time;
  private final long waitMicros;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean closed;

  PendingDrains(FallbackBuilder settings, StoreAccess store, Breaker breaker) {
    this.maximumKeys = settings.maximumKeys;
    this.store = store;
    this.breaker = breaker;
    this.time = settings.timeSource;
    this.waitMicros = settings.waitMicros;
  }

  /**
   * Drains a key here, and later at the store.
   *
   * @return false if the maximum number of keys is drained; then nothing was done
   */
  boolean add(Request.Drain drain) {
    PolicyKey key = PolicyKey.of(drain);
    if (drains.size() >= maximumKeys && !drains.containsKey(key)) {
      return false;
    }
    Pending added = new Pending(drain, drain.endMicros(time.nowMicros()));
    drains.merge(key, added, (one, other) -> one.until >= other.until ? one : other);
    schedule();
    return true;
  }

  /** Returns the remaining time of a drain here, in microseconds; 0 if the key is not drained. */
  long leftMicros(Request request) {
    Pending pending = drains.isEmpty() ? null : drains.get(PolicyKey.of(request));
    return pending == null ? 0 : left(pending);
  }

  private long left(Pending pending) {
    return Math.max(pending.until - time.nowMicros(), 0);
  }

  /** Removes the drain of a key that was reset at the store. */
  void forget(Request.Reset reset) {
    drains.remove(PolicyKey.of(reset));
  }

  /** Sends all drains to the store if it is available. */
  void send() {
    if (breaker.isClosed()) {
      drains.forEach(this::send);
    }
  }

  private void send(PolicyKey key, Pending pending) {
    long left = left(pending);
    if (left == 0) {
      drains.remove(key, pending);
      return;
    }
    store
        .decide(new Request.Drain(key.key(), pending.drain.policy(), left))
        .whenComplete((decision, failure) -> sent(key, pending, failure));
  }

  private void sent(PolicyKey key, Pending pending, @Nullable Throwable failure) {
    if (failure == null) {
      drains.remove(key, pending);
    } else {
      schedule();
    }
  }

  private void schedule() {
    if (!closed && breaker.isClosed() && scheduled.compareAndSet(false, true)) {
      time.after(waitMicros)
          .thenRun(
              () -> {
                scheduled.set(false);
                send();
              });
    }
  }

  /** Sends all drains once more if the store is available, and retries no more. */
  void close() {
    closed = true;
    send();
  }
}
