package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.threads.LibraryExecutor;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Tells listeners, who cannot hurt a decision, and the log, at most once a second for each kind.
 */
final class Events {
  private static final long LOG_EVERY_MICROS = 1_000_000;

  /** Of requests that were answered here; what happened to the store is always told. */
  private static final int MOST_WAITING = 10_000;

  private final Mailbox mailbox;
  private final List<FallbackListener> listeners;
  private final TimeSource time;
  private final Logger log;
  private final AtomicBoolean complained = new AtomicBoolean();
  private final AtomicBoolean saidAlone = new AtomicBoolean();
  private final Pace opened = new Pace();
  private final Pace halfOpen = new Pace();
  private final Pace closed = new Pace();
  private final Pace fellBack = new Pace();
  private final Pace recovered = new Pace();
  private final Pace untold = new Pace();

  Events(List<FallbackListener> listeners, TimeSource time, Executor executor, Logger log) {
    this.mailbox = new Mailbox(executor, LibraryExecutor.shared());
    this.log = log;
    this.listeners = List.copyOf(listeners);
    this.time = time;
  }

  /** Several instances in this state would each admit the whole limit. Logged once. */
  void alone() {
    if (!saidAlone.get() && saidAlone.compareAndSet(false, true)) {
      log.warn(
          "Nobody says how many instances share the store; during an outage this one takes itself to"
              + " be the only one. Name it with instance(index, count) or leastInstances(count).");
    }
  }

  void opened(StoreException reason) {
    if (opened.isDue()) {
      log.warn("The store is not asked any more: {}{}", reason.getMessage(), opened.unsaid());
    }
    tell(listener -> listener.onOpened(reason));
  }

  void halfOpen() {
    if (halfOpen.isDue()) {
      log.debug("Probing the store{}", halfOpen.unsaid());
    }
    tell(FallbackListener::onHalfOpen);
  }

  void closed() {
    if (closed.isDue()) {
      log.info("The store is asked again{}", closed.unsaid());
    }
    tell(FallbackListener::onClosed);
  }

  void fellBack(Request request, Decision decision, StoreException reason) {
    if (fellBack.isDue()) {
      log.warn("Decided without the store: {}{}", reason.getMessage(), fellBack.unsaid());
    }
    if (listeners.isEmpty()) {
      return;
    }
    if (mailbox.waiting() < MOST_WAITING) {
      tell(listener -> listener.onFellBack(request, decision, reason));
    } else if (untold.isDue()) {
      log.warn(
          "Listeners are slow: one was not told of an answer without the store{}", untold.unsaid());
    }
  }

  void recovered(long keys, long permits) {
    if (recovered.isDue()) {
      log.info(
          "The store was told of {} permits of {} keys that were admitted without it{}",
          permits,
          keys,
          recovered.unsaid());
    }
    tell(listener -> listener.onRecovered(keys, permits));
  }

  private void tell(Consumer<FallbackListener> event) {
    if (!listeners.isEmpty()) {
      mailbox.post(() -> tellAll(event));
    }
  }

  private void tellAll(Consumer<FallbackListener> event) {
    for (FallbackListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable e) {
        if (complained.compareAndSet(false, true)) {
          log.warn("A listener failed; later failures are not logged: {}", listener, e);
        }
      }
    }
  }

  /** Lets one message through in a second, and counts the others. */
  private final class Pace {
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong swallowed = new AtomicLong();

    boolean isDue() {
      long now = time.nowMicros();
      long due = next.get();
      if (now >= due && next.compareAndSet(due, now + LOG_EVERY_MICROS)) {
        return true;
      }
      swallowed.incrementAndGet();
      return false;
    }

    String unsaid() {
      long count = swallowed.getAndSet(0);
      return count == 0 ? "" : " (and " + count + " times before, not logged)";
    }
  }
}
