package io.github.ratelimiter;

import io.github.ratelimiter.internal.Listeners;
import io.github.ratelimiter.store.Request;
import java.util.List;

/** The listeners of a limiter. */
final class DecisionListeners {
  private final Listeners<DecisionListener> listeners = new Listeners<>();
  private final boolean measureTime;

  DecisionListeners(List<DecisionListener> listeners) {
    listeners.forEach(this.listeners::add);
    this.measureTime = listeners.stream().anyMatch(DecisionListener::measuresTime);
  }

  /** Returns the start time of a call if a listener measures time. */
  long start() {
    return measureTime ? System.nanoTime() : 0;
  }

  void decided(Request request, boolean waited, Decision decision, long start) {
    notify(new DecisionEvent(request, waited, decision, null, since(start)));
  }

  void failed(Request request, boolean waited, Throwable failure, long start) {
    notify(new DecisionEvent(request, waited, null, failure, since(start)));
  }

  /** Begins a call. The result is to be notified of its end. */
  Delivery.Notice<Decision> begin(Request request, boolean waits) {
    long start = start();
    return (decision, failure) -> {
      if (decision != null) {
        decided(request, waits, decision, start);
      } else if (failure != null) {
        failed(request, waits, failure, start);
      }
    };
  }

  private long since(long start) {
    return measureTime ? System.nanoTime() - start : -1;
  }

  private void notify(DecisionEvent event) {
    listeners.notify(listener -> listener.onDecision(event));
  }
}
