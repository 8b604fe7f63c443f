package io.github.ratelimiter.store;

/**
 * Notified of events in a store, one after another, on an executor. A slow listener delays no
 * decision. If 10,000 events are waiting, further ones are dropped, and their number is logged. An
 * exception that a listener throws is caught, and logged at most once a minute.
 */
@FunctionalInterface
public interface StoreListener {
  /**
   * Returns whether this listener is to be notified of an event. Called on the thread on which the
   * event happens, before it is handed over to the executor: an event that no listener wants costs
   * no other thread anything. So it must be quick.
   *
   * @param event the event
   * @return true by default
   */
  default boolean wants(StoreEvent event) {
    return true;
  }

  /**
   * Called when an event has happened that this listener {@link #wants}.
   *
   * @param event the event
   */
  void onEvent(StoreEvent event);
}
