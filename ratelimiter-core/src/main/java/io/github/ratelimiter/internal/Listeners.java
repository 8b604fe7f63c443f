package io.github.ratelimiter.internal;

import io.github.ratelimiter.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A list of listeners. A listener that was added several times is notified once, until it was
 * removed as many times: several limiters with one store may share a listener. An exception that a
 * listener throws is caught and logged, at most once a minute for each listener. It does not reach
 * the caller. Thread-safe. Notifying listeners takes no lock.
 */
public final class Listeners<L> {
  /** A listener that may throw. */
  public static final class Guarded<L> {
    private final L listener;
    private final int additions;
    private final LimitedLog failures;

    private Guarded(L listener, int additions, LimitedLog failures) {
      this.listener = listener;
      this.additions = additions;
      this.failures = failures;
    }

    private Guarded<L> plus(int more) {
      return new Guarded<>(listener, additions + more, failures);
    }

    /** Returns the listener. */
    public L listener() {
      return listener;
    }

    /** Logs that the listener has thrown an exception, without a message that may contain a key. */
    public void failed(Throwable e) {
      String type = listener.getClass().getName();
      failures
          .event()
          .addKeyValue("listener", type)
          .setCause(Keyless.stack(e))
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
    Objects.requireNonNull(listener, "listener");
    all.updateAndGet(now -> with(now, listener));
  }

  private List<Guarded<L>> with(List<Guarded<L>> all, L listener) {
    List<Guarded<L>> more = new ArrayList<>(all);
    int at = indexOf(all, listener);
    if (at < 0) {
      more.add(new Guarded<>(listener, 1, failures()));
    } else {
      more.set(at, all.get(at).plus(1));
    }
    return List.copyOf(more);
  }

  private LimitedLog failures() {
    return new LimitedLog(log, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  }

  /** Removes a listener, or one of its additions. */
  public void remove(L listener) {
    all.updateAndGet(now -> without(now, listener));
  }

  private static <L> List<Guarded<L>> without(List<Guarded<L>> all, L listener) {
    int at = indexOf(all, listener);
    if (at < 0) {
      return all;
    }
    List<Guarded<L>> rest = new ArrayList<>(all);
    if (all.get(at).additions == 1) {
      rest.remove(at);
    } else {
      rest.set(at, all.get(at).plus(-1));
    }
    return List.copyOf(rest);
  }

  private static <L> int indexOf(List<Guarded<L>> all, L listener) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).listener.equals(listener)) {
        return i;
      }
    }
    return -1;
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
