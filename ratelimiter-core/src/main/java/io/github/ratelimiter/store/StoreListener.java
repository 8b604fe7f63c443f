package io.github.ratelimiter.store;

/**
 * Notified of events in a store, one after another, on an executor. A slow listener delays no
 * decision. If 10,000 events are waiting, further ones are dropped, and their number is logged. An
 * exception that a listener throws is caught, and logged at most once a minute.
 */
@FunctionalInterface
public interface StoreListener {
  /**
   * Called when an event has happened.
   *
   * @param event the event
   */
  void onEvent(StoreEvent event);
}
