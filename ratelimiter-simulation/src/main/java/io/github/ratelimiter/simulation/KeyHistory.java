package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Request;
import java.util.ArrayList;
import java.util.List;

/** What became of one key under one policy: the lives of its state, one after another. */
final class KeyHistory {
  /** A key and the name of its policy. */
  record Name(String policy, String key) {
    static Name of(Request request) {
      return new Name(request.policy().name(), request.key());
    }
  }

  /** Permits that somebody else has granted in the place of a request, or charged in vain. */
  private record Unsure(Pending pending, long permits, long at) {
    boolean wasNotHeard() {
      return !pending.wasCarriedOut() || pending.executed().at() >= at;
    }
  }

  private final Name name;
  private final List<Epoch> epochs = new ArrayList<>(List.of(new Epoch()));
  private final List<Unsure> unsure = new ArrayList<>();

  KeyHistory(Name name) {
    this.name = name;
  }

  Name name() {
    return name;
  }

  Epoch now() {
    return epochs.get(epochs.size() - 1);
  }

  void lost() {
    epochs.add(new Epoch());
  }

  void failedOver(long order) {
    epochs.add(now().failedOver(order));
  }

  List<Epoch> epochs() {
    return epochs;
  }

  /** Permits of which the store may hear late or never: it was not known whether it had. */
  void unsure(Pending pending, long permits, long at) {
    unsure.add(new Unsure(pending, permits, at));
  }

  /** How many permits the store has not heard of in time, as it is published. */
  long neverHeardOf() {
    return unsure.stream().filter(Unsure::wasNotHeard).mapToLong(Unsure::permits).sum();
  }
}
