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

/** Notifies listeners, and writes to the log at most once a second for each kind of event. */
final class Events {
  private static final long LOG_EVERY_MICROS = 1_000_000;

  private final StoreEvents listeners;
  private final TimeSource time;
  private final Logger log;
  private final AtomicBoolean saidAlone = new AtomicBoolean();
  private final Pace opened = new Pace();
  private final Pace halfOpen = new Pace();
  private final Pace closed = new Pace();
  private final Pace fellBack = new Pace();
  private final Pace recovered = new Pace();

  Events(TimeSource time, StoreEvents listeners, Logger log) {
    this.listeners = listeners;
    this.log = log;
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
    listeners.publish(new StoreEvent.BreakerOpened(reason));
  }

  void halfOpen() {
    if (halfOpen.isDue()) {
      log.debug("Probing the store{}", halfOpen.unsaid());
    }
    listeners.publish(new StoreEvent.BreakerHalfOpened());
  }

  void closed() {
    if (closed.isDue()) {
      log.info("The store is asked again{}", closed.unsaid());
    }
    listeners.publish(new StoreEvent.BreakerClosed());
  }

  void fellBack(Request request, Decision decision, StoreException reason) {
    if (fellBack.isDue()) {
      log.warn("Decided without the store: {}{}", reason.getMessage(), fellBack.unsaid());
    }
    if (!listeners.isEmpty()) {
      listeners.publishOneOfMany(new StoreEvent.FallbackDecided(request, decision, reason));
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
    listeners.publish(new StoreEvent.Recovered(keys, permits));
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
