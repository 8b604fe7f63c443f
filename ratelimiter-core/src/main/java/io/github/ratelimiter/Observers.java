package io.github.ratelimiter;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.internal.Listeners;
import io.github.ratelimiter.internal.Listeners.Guarded;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The observers of a limiter, and the log of its refusals. What observers throw does not reach the
 * caller. Thread-safe.
 */
final class Observers {
  private final Listeners<CallObserver> observers =
      new Listeners<>(LoggerFactory.getLogger(CallObserver.class));
  private final RefusalLog refusals;

  /** Whether there is no observer: one load on the path of every decision. */
  private volatile boolean nobody = true;

  Observers(List<CallObserver> observers, TimeSource time) {
    this.refusals = new RefusalLog(time);
    observers.forEach(this::add);
  }

  void add(CallObserver observer) {
    synchronized (observers) {
      observers.add(observer);
      nobody = false;
    }
  }

  void remove(CallObserver observer) {
    synchronized (observers) {
      observers.remove(observer);
      nobody = observers.isEmpty();
    }
  }

  boolean isEmpty() {
    return nobody;
  }

  /** Allocates nothing, unless it logs a refusal. */
  void acquired(String key, long permits, Decision decision) {
    if (!decision.allowed() && refusals.isOn()) {
      refusals.refused(permits, decision);
    }
    if (nobody) {
      return;
    }
    List<Guarded<CallObserver>> all = observers.all();
    for (int i = 0; i < all.size(); i++) {
      Guarded<CallObserver> one = all.get(i);
      try {
        one.listener().onAcquire(key, permits, decision);
      } catch (Throwable e) {
        one.failed(e);
      }
    }
  }

  /** Reports a request that was decided without waiting. */
  void decided(Request request, Decision decision) {
    if (request instanceof Request.Acquire acquire) {
      acquired(acquire.key(), acquire.permits(), decision);
    } else if (!isEmpty() || (!decision.allowed() && refusals.isOn())) {
      Call call = new Call(request, false);
      refusals.decided(call, decision);
      observers.notify(observer -> observer.onDecision(call, decision));
    }
  }

  /** Reports a request that failed without waiting. */
  void failed(Request request, Throwable failure) {
    begin(request, false).ended(null, failure);
  }

  /**
   * Begins a call that waits.
   *
   * @param waits whether it may wait for permits
   * @return is to be notified of the end
   */
  Observed begin(Request request, boolean waits) {
    List<Guarded<CallObserver>> all = observers.all();
    // Whether it will be a refusal is not known yet. The level is asked for once, now.
    RefusalLog log = refusals.isOn() ? refusals : null;
    if (all.isEmpty() && log == null) {
      return Observed.BY_NOBODY;
    }
    Observed observed = new Observed(new Call(request, waits), log);
    for (Guarded<CallObserver> one : all) {
      observed.begin(one);
    }
    return observed;
  }

  /** A call that waits, and those who are to be notified of its end. */
  static final class Observed implements Delivery.Notice<Decision> {
    static final Observed BY_NOBODY = new Observed(null, null);

    private final @Nullable Call call;
    private final @Nullable RefusalLog refusals;
    private final List<Guarded<CallObserver>> observers = new ArrayList<>(1);
    private final List<Observation> observations = new ArrayList<>(1);

    /**
     * Creates a call that nobody is to be notified of yet.
     *
     * @param call null if nobody will be
     * @param refusals null if refusals are not logged
     */
    private Observed(@Nullable Call call, @Nullable RefusalLog refusals) {
      this.call = call;
      this.refusals = refusals;
    }

    private void begin(Guarded<CallObserver> observer) {
      try {
        Observation observation = observer.listener().onCall(Objects.requireNonNull(call));
        if (observation != null) {
          observers.add(observer);
          observations.add(observation);
        }
      } catch (Throwable e) {
        observer.failed(e);
      }
    }

    boolean byNobody() {
      return observations.isEmpty() && refusals == null;
    }

    /** Returns this; null if nobody is to be notified. */
    @Nullable Observed ifObserved() {
      return byNobody() ? null : this;
    }

    /** Returns what the observers have returned. */
    List<Observation> observations() {
      return observations;
    }

    @Override
    public void ended(@Nullable Decision decision, @Nullable Throwable failure) {
      if (call != null) {
        ended(call, decision, failure);
      }
    }

    void ended(Call call, @Nullable Decision decision, @Nullable Throwable failure) {
      if (refusals != null && decision != null) {
        refusals.decided(call, decision);
      }
      for (int i = 0; i < observations.size(); i++) {
        try {
          observations.get(i).ended(call, decision, failure);
        } catch (Throwable e) {
          observers.get(i).failed(e);
        }
      }
    }
  }
}
