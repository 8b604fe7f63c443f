package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The keys that were drained here while the store did not answer. This instance refuses them. The
 * store hears of them after the outage, and then refuses them for all instances. Thread-safe.
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
   * @return false if too many keys are drained; then nothing was done
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

  /** Returns how long a key is still drained here, in microseconds; 0 if it is not. */
  long leftMicros(Request request) {
    Pending pending = drains.isEmpty() ? null : drains.get(PolicyKey.of(request));
    return pending == null ? 0 : left(pending);
  }

  private long left(Pending pending) {
    return Math.max(pending.until - time.nowMicros(), 0);
  }

  /** The key was reset at the store. */
  void forget(Request.Reset reset) {
    drains.remove(PolicyKey.of(reset));
  }

  /** Sends all drains to the store, if it is available. */
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

  /** Sends the drains that can be sent now. */
  void close() {
    closed = true;
    send();
  }
}
