package io.github.ratelimiter.store;

/**
 * Notified of what happens in a store. Notified of one event after another, on an executor: a slow
 * listener delays no decision. If 10,000 events are waiting for it, further ones are dropped, and
 * the log tells how many. An exception that a listener throws is caught, and logged once.
 */
@FunctionalInterface
public interface StoreListener {
  /**
   * Something has happened.
   *
   * @param event what happened
   */
  void onEvent(StoreEvent event);
}
