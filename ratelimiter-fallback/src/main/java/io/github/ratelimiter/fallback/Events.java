package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** Notifies listeners, and logs each kind of event at most once a second. Thread-safe. */
final class Events {
  private static final long LOG_EVERY_MICROS = 1_000_000;

  private final StoreEvents listeners;
  private final TimeSource time;
  private final Logger log;
  private final AtomicBoolean loggedUnknown = new AtomicBoolean();
  private final LogRate opened = new LogRate();
  private final LogRate halfOpen = new LogRate();
  private final LogRate closed = new LogRate();
  private final LogRate fellBack = new LogRate();
  private final LogRate recovered = new LogRate();

  Events(TimeSource time, StoreEvents listeners, Logger log) {
    this.listeners = listeners;
    this.log = log;
    this.time = time;
  }

  /** The number of instances is unknown, so each admits the whole limit. Logged once. */
  void instancesUnknown() {
    if (!loggedUnknown.get() && loggedUnknown.compareAndSet(false, true)) {
      log.warn(
          "The number of instances that share the store is unknown. During an outage this instance"
              + " assumes that it is the only one. Set instance(index, count) or"
              + " leastInstances(count).");
    }
  }

  void opened(StoreException reason) {
    if (opened.isDue()) {
      log.warn("Circuit breaker opened: {}{}", reason.getMessage(), opened.suppressedText());
    }
    listeners.publish(new StoreEvent.BreakerOpened(reason));
  }

  void halfOpen() {
    if (halfOpen.isDue()) {
      log.debug("Circuit breaker half-open: probing the store{}", halfOpen.suppressedText());
    }
    listeners.publish(new StoreEvent.BreakerHalfOpened());
  }

  void closed() {
    if (closed.isDue()) {
      log.info("Circuit breaker closed: the store decides again{}", closed.suppressedText());
    }
    listeners.publish(new StoreEvent.BreakerClosed());
  }

  void fellBack(Request request, Decision decision, StoreException reason) {
    if (fellBack.isDue()) {
      log.warn("Decided without the store: {}{}", reason.getMessage(), fellBack.suppressedText());
    }
    if (!listeners.isEmpty()) {
      listeners.publishOneOfMany(new StoreEvent.FallbackDecided(request, decision, reason));
    }
  }

  void recovered(long keys, long permits) {
    if (recovered.isDue()) {
      log.info(
          "Charged the store for {} permits of {} keys that were admitted without it{}",
          permits,
          keys,
          recovered.suppressedText());
    }
    listeners.publish(new StoreEvent.Recovered(keys, permits));
  }

  /** Allows one message per second, and counts the others. */
  private final class LogRate {
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong suppressed = new AtomicLong();

    boolean isDue() {
      long now = time.nowMicros();
      long due = next.get();
      if (now >= due && next.compareAndSet(due, now + LOG_EVERY_MICROS)) {
        return true;
      }
      suppressed.incrementAndGet();
      return false;
    }

    String suppressedText() {
      long count = suppressed.getAndSet(0);
      return count == 0 ? "" : " (" + count + " times not logged)";
    }
  }
}
