package io.github.ratelimiter.simulation;

import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;

/** The history of one key under one policy: the epochs of its state, one after another. */
final class KeyHistory {
  /** A key and the name of its policy. */
  record Name(String policy, String key) {
    static Name of(Request request) {
      return new Name(request.policy().name(), request.key());
    }
  }

  private final Name name;
  private final List<Epoch> epochs = new ArrayList<>(List.of(new Epoch(Long.MIN_VALUE)));
  private long neverHeardOf;

  KeyHistory(Name name) {
    this.name = name;
  }

  Name name() {
    return name;
  }

  Epoch now() {
    return epochs.get(epochs.size() - 1);
  }

  /** Returns the state at an instant. */
  Epoch at(long instant) {
    int last = epochs.size() - 1;
    while (epochs.get(last).began() > instant) {
      last--;
    }
    return epochs.get(last);
  }

  void lost(long now) {
    epochs.add(new Epoch(now));
  }

  void reset(long order, long now) {
    epochs.add(Epoch.reset(order, now));
  }

  /**
   * Drops what was carried out from an order on. If that includes a reset, the state before it is
   * restored.
   */
  void failedOver(long order, long now) {
    int last = epochs.size() - 1;
    while (epochs.get(last).wasResetSince(order)) {
      last--;
    }
    Epoch kept = epochs.get(last);
    epochs.add(kept == now() ? kept.failedOver(order, now) : kept.backAgain(order, now));
  }

  List<Epoch> epochs() {
    return epochs;
  }

  /**
   * Records that a fallback granted permits instead of a request, or charged them without success,
   * while it was unknown whether the store had counted them.
   */
  void unsure(Pending pending, long permits) {
    boolean counted =
        pending.wasCarriedOut()
            && pending.executed().decision().allowed()
            && now().has(pending.executed());
    if (!counted) {
      neverHeardOf += permits;
    }
  }

  /** Returns how many of these permits the store had not counted by then, or has lost. */
  long neverHeardOf() {
    return neverHeardOf;
  }
}
