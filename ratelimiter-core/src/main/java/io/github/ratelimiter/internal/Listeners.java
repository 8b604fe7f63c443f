package io.github.ratelimiter.internal;

import io.github.ratelimiter.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A list of listeners. An exception that a listener throws is caught and logged, at most once a
 * minute for each listener. It does not reach the caller. Thread-safe. Notifying listeners takes no
 * lock.
 */
public final class Listeners<L> {
  /** A listener that may throw. */
  public static final class Guarded<L> {
    private final L listener;
    private final LimitedLog failures;

    Guarded(L listener, Logger log) {
      this.listener = Objects.requireNonNull(listener, "listener");
      this.failures =
          new LimitedLog(log, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
    }

    /** Returns the listener. */
    public L listener() {
      return listener;
    }

    /** Logs that the listener has thrown an exception. */
    public void failed(Throwable e) {
      String type = listener.getClass().getName();
      failures
          .event()
          .addKeyValue("listener", type)
          .setCause(e)
          .log("A listener failed, which has no effect on decisions: {}", type);
    }
  }

  private final AtomicReference<List<Guarded<L>>> all = new AtomicReference<>(List.of());
  private final Logger log;

  /**
   * Creates an empty list.
   *
   * @param log gets a message if a listener fails
   */
  public Listeners(Logger log) {
    this.log = log;
  }

  /** Adds a listener. */
  public void add(L listener) {
    Guarded<L> added = new Guarded<>(listener, log);
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
