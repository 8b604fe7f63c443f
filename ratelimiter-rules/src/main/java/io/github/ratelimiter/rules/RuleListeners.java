package io.github.ratelimiter.rules;

import io.github.ratelimiter.store.StoreMemory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of rules. An exception of one is logged, and the others are notified. */
final class RuleListeners {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  private final List<RulesListener> listeners = new CopyOnWriteArrayList<>();

  void add(RulesListener listener) {
    listeners.add(listener);
  }

  void remove(RulesListener listener) {
    listeners.remove(listener);
  }

  void changed(RuleVersion before, RuleVersion now) {
    each(listener -> listener.changed(before, now));
  }

  void rejected(RuntimeException reason) {
    each(listener -> listener.rejected(reason));
  }

  void banned(String rule, String key, Duration duration) {
    each(listener -> listener.banned(rule, key, duration));
  }

  void trapped(String trap, String client, Duration ban) {
    each(listener -> listener.trapped(trap, client, ban));
  }

  void flooded(String network) {
    each(listener -> listener.flooded(network));
  }

  void shortOfMemory(StoreMemory memory) {
    each(listener -> listener.shortOfMemory(memory));
  }

  private void each(Consumer<RulesListener> event) {
    for (RulesListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.atWarn().setCause(e).log("A listener of rules failed");
      }
    }
  }
}
