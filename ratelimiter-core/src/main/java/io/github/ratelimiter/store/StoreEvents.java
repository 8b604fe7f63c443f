package io.github.ratelimiter.store;

import io.github.ratelimiter.internal.Listeners;
import io.github.ratelimiter.internal.Listeners.Guarded;
import io.github.ratelimiter.threads.Mailbox;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a store. They are notified on an executor, in the order of the events. For
 * authors of stores. Thread-safe. Publishing an event never waits.
 */
public final class StoreEvents {
  private static final Logger LOG = LoggerFactory.getLogger(StoreListener.class);
  private static final int MOST_WAITING = 10_000;

  private final Listeners<StoreListener> listeners = new Listeners<>(LOG);
  private final Mailbox mailbox;

  /**
   * Creates an object without listeners.
   *
   * @param executor notifies listeners, one event after another; tasks that it rejects run on the
   *     library's own executor
   */
  public StoreEvents(Executor executor) {
    mailbox = new Mailbox(executor, MOST_WAITING, LOG, "events of a store");
  }

  /**
   * Adds a listener.
   *
   * @param listener is notified of events from now on
   */
  public void add(StoreListener listener) {
    listeners.add(listener);
  }

  /**
   * Removes a listener.
   *
   * @param listener is not notified of later events
   */
  public void remove(StoreListener listener) {
    listeners.remove(listener);
  }

  /**
   * Returns whether there is no listener. If there is none, the caller need not create an event.
   *
   * @return true if no listener would be notified
   */
  public boolean isEmpty() {
    return listeners.isEmpty();
  }

  /**
   * Notifies all listeners that want it of a rare event. It is never dropped.
   *
   * @param event the event
   */
  public void publish(StoreEvent event) {
    if (isWanted(event)) {
      mailbox.post(() -> notify(event));
    }
  }

  /**
   * Notifies all listeners that want it of an event that may be frequent. It is dropped if 10,000
   * events are waiting.
   *
   * @param event the event
   */
  public void publishOneOfMany(StoreEvent event) {
    if (isWanted(event)) {
      mailbox.offer(() -> notify(event));
    }
  }

  private boolean isWanted(StoreEvent event) {
    List<Guarded<StoreListener>> all = listeners.all();
    for (int i = 0; i < all.size(); i++) {
      if (wants(all.get(i), event)) {
        return true;
      }
    }
    return false;
  }

  private static boolean wants(Guarded<StoreListener> one, StoreEvent event) {
    try {
      return one.listener().wants(event);
    } catch (Throwable e) {
      one.failed(e);
      return false;
    }
  }

  private void notify(StoreEvent event) {
    listeners.notify(
        listener -> {
          if (listener.wants(event)) {
            listener.onEvent(event);
          }
        });
  }
}
