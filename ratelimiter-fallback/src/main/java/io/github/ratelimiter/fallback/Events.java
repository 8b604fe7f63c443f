package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** Notifies listeners, and logs each kind of event at most once a second. Thread-safe. */
final class Events {
  private final StoreEvents listeners;
  private final Logger log;
  private final AtomicBoolean loggedUnknown = new AtomicBoolean();
  private final LimitedLog opened;
  private final LimitedLog halfOpen;
  private final LimitedLog closed;
  private final LimitedLog fellBack;
  private final LimitedLog recovered;

  Events(TimeSource time, StoreEvents listeners, Logger log) {
    this.listeners = listeners;
    this.log = log;
    this.opened = onceASecond(Level.WARN, time);
    this.halfOpen = onceASecond(Level.DEBUG, time);
    this.closed = onceASecond(Level.INFO, time);
    this.fellBack = onceASecond(Level.WARN, time);
    this.recovered = onceASecond(Level.INFO, time);
  }

  private LimitedLog onceASecond(Level level, TimeSource time) {
    return new LimitedLog(log, level, LimitedLog.Rate.ONE_A_SECOND, time);
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
    opened
        .event()
        .addKeyValue("reason", reason.getMessage())
        .log("Circuit breaker opened: {}", reason.getMessage());
    listeners.publish(new StoreEvent.BreakerOpened(reason));
  }

  void halfOpen() {
    halfOpen.event().log("Circuit breaker half-open: probing the store");
    listeners.publish(new StoreEvent.BreakerHalfOpened());
  }

  void closed() {
    closed.event().log("Circuit breaker closed: the store decides again");
    listeners.publish(new StoreEvent.BreakerClosed());
  }

  void fellBack(Request request, Decision decision, StoreException reason) {
    fellBack
        .event()
        .addKeyValue("policy", request.policy().name())
        .addKeyValue("outcome", decision.outcome())
        .addKeyValue("reason", reason.getMessage())
        .log("Decided without the store: {}", reason.getMessage());
    if (!listeners.isEmpty()) {
      listeners.publishOneOfMany(new StoreEvent.FallbackDecided(request, decision, reason));
    }
  }

  void recovered(long keys, long permits) {
    recovered
        .event()
        .addKeyValue("keys", keys)
        .addKeyValue("permits", permits)
        .log(
            "Charged the store for {} permits of {} keys that were admitted without it",
            permits,
            keys);
    listeners.publish(new StoreEvent.Recovered(keys, permits));
  }
}
