package io.github.ratelimiter;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listeners that cannot hurt a decision: what one throws is logged, the first time. */
final class GuardedListener implements DecisionListener {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionListener.class);

  private record Guarded(DecisionListener listener, AtomicBoolean logged) {}

  private final List<Guarded> listeners;

  GuardedListener(List<DecisionListener> listeners) {
    this.listeners =
        listeners.stream().map(listener -> new Guarded(listener, new AtomicBoolean())).toList();
  }

  @Override
  public void onDecision(Request request, Decision decision, long nanos) {
    tell(listener -> listener.onDecision(request, decision, nanos));
  }

  @Override
  public void onFailure(Request request, Throwable failure, long nanos) {
    tell(listener -> listener.onFailure(request, failure, nanos));
  }

  private void tell(Consumer<DecisionListener> event) {
    for (Guarded guarded : listeners) {
      try {
        event.accept(guarded.listener);
      } catch (Throwable e) {
        if (guarded.logged.compareAndSet(false, true)) {
          LOG.warn("A listener failed; its later failures are not logged: {}", guarded.listener, e);
        }
      }
    }
  }
}
