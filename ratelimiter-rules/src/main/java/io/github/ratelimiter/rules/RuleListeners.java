package io.github.ratelimiter.rules;

import io.github.ratelimiter.internal.Listeners;
import io.github.ratelimiter.store.StoreMemory;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/** The listeners of rules. Thread-safe. */
final class RuleListeners {
  private final Listeners<RulesListener> listeners =
      new Listeners<>(LoggerFactory.getLogger(Rules.class));

  void add(RulesListener listener) {
    listeners.add(listener);
  }

  void remove(RulesListener listener) {
    listeners.remove(listener);
  }

  void changed(RuleVersion before, RuleVersion now) {
    listeners.notify(listener -> listener.changed(before, now));
  }

  void rejected(RuntimeException reason) {
    listeners.notify(listener -> listener.rejected(reason));
  }

  void banned(String rule, String key, Duration duration) {
    listeners.notify(listener -> listener.banned(rule, key, duration));
  }

  void trapped(String trap, String client, Duration ban) {
    listeners.notify(listener -> listener.trapped(trap, client, ban));
  }

  void flooded(String network) {
    listeners.notify(listener -> listener.flooded(network));
  }

  void shortOfMemory(StoreMemory memory) {
    listeners.notify(listener -> listener.shortOfMemory(memory));
  }
}
