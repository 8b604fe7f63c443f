package io.github.ratelimiter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of listeners. An exception that a listener throws is caught and logged the first time, so
 * it does not reach the caller. Thread-safe. Notifying listeners takes no lock.
 */
public final class Listeners<L> {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /** A listener that may throw. */
  public static final class Guarded<L> {
    private final L listener;
    private final AtomicBoolean failed = new AtomicBoolean();

    Guarded(L listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Returns the listener. */
    public L listener() {
      return listener;
    }

    /** Logs that the listener has thrown an exception, the first time. */
    public void failed(Throwable e) {
      if (failed.compareAndSet(false, true)) {
        LOG.warn("A listener failed; its further failures are not logged: {}", listener, e);
      }
    }
  }

  private final AtomicReference<List<Guarded<L>>> all = new AtomicReference<>(List.of());

  /** Adds a listener. */
  public void add(L listener) {
    Guarded<L> added = new Guarded<>(listener);
    all.updateAndGet(now -> Stream.concat(now.stream(), Stream.of(added)).toList());
  }

  /** Removes a listener. If it was added several times, the other additions stay. */
  public void remove(L listener) {
    all.updateAndGet(now -> without(now, listener));
  }

  private static <L> List<Guarded<L>> without(List<Guarded<L>> all, L listener) {
    List<Guarded<L>> rest = new ArrayList<>(all);
    for (Guarded<L> one : all) {
      if (one.listener.equals(listener)) {
        rest.remove(one);
        break;
      }
    }
    return List.copyOf(rest);
  }

  /** Returns whether there is no listener. */
  public boolean isEmpty() {
    return all.get().isEmpty();
  }

  /** Returns the listeners, for a caller that catches what they throw. The list does not change. */
  public List<Guarded<L>> all() {
    return all.get();
  }

  /** Notifies each listener. */
  public void notify(Consumer<? super L> event) {
    List<Guarded<L>> now = all.get();
    for (int i = 0; i < now.size(); i++) {
      Guarded<L> one = now.get(i);
      try {
        event.accept(one.listener);
      } catch (Throwable e) {
        one.failed(e);
      }
    }
  }
}
