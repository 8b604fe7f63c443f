package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a joint request that are decided in this process, on leases or by known refusals.
 * The permits that they have spent can be given back to their leases.
 */
final class JointParts {
  private final JointRequest joint;

  /** For each part the decision; null if the store must decide. */
  private final @Nullable Decision[] decisions;

  /** For each part the lease whose permits were spent; null if none were. */
  private final @Nullable Lease[] spent;

  JointParts(JointRequest joint) {
    this.joint = joint;
    int parts = joint.parts().size();
    this.decisions = new Decision[parts];
    this.spent = new Lease[parts];
  }

  /**
   * Decides a part on the slot of its key, if that is possible.
   *
   * @param lastUse when its permits are used at the latest
   */
  void decide(int part, @Nullable Slot slot, long now, long lastUse) {
    Request request = joint.request(part);
    Lease lease = slot == null ? null : slot.lease;
    Lease from = lease == null ? null : lease.spendFrom(request.permits(), now, lastUse);
    Refusal refusal = slot == null ? null : slot.refusal;
    if (lease != null && from != null) {
      spent[part] = from;
      decisions[part] = lease.decision();
    } else if (refusal != null && refusal.covers(request.permits(), now)) {
      decisions[part] = refusal.at(now);
    }
  }

  /** Returns whether the store is not needed. */
  boolean isComplete() {
    return left().isEmpty();
  }

  /** Returns whether a part that is not observed is refused. Then the whole request is. */
  boolean isRefused() {
    for (int part = 0; part < decisions.length; part++) {
      Decision decision = decisions[part];
      if (decision != null && !decision.allowed() && !joint.parts().get(part).observed()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the parts that are not decided yet. */
  List<JointRequest.Part> left() {
    List<JointRequest.Part> left = new ArrayList<>();
    for (int part = 0; part < decisions.length; part++) {
      if (decisions[part] == null) {
        left.add(joint.parts().get(part));
      }
    }
    return left;
  }

  /** Returns the decisions of all parts, and gives permits back if they were not granted. */
  List<Decision> decided() {
    return with(List.of());
  }

  /**
   * Returns the decisions of all parts, and gives permits back if they were not granted.
   *
   * @param others the decisions of the parts that were {@link #left()}
   */
  List<Decision> with(List<Decision> others) {
    List<Decision> all = new ArrayList<>();
    int next = 0;
    for (Decision here : decisions) {
      all.add(here != null ? here : others.get(next++));
    }
    return joint.isGrantedBy(all) ? List.copyOf(all) : givenBack(all);
  }

  /** Gives the permits back. Returns the decisions with these permits. */
  private List<Decision> givenBack(List<Decision> all) {
    giveBack();
    for (int part = 0; part < spent.length; part++) {
      if (spent[part] != null) {
        long permits = joint.request(part).permits();
        all.set(part, StoreDecision.of(all.get(part)).withMoreRemaining(permits));
      }
    }
    return List.copyOf(all);
  }

  /** Returns whether a lease has ended whose permits were spent: they must not be used any more. */
  boolean isTooLate(long now) {
    for (Lease lease : spent) {
      if (lease != null && lease.hasEnded(now)) {
        return true;
      }
    }
    return false;
  }

  /** Gives the permits back to their leases. */
  void giveBack() {
    for (int part = 0; part < spent.length; part++) {
      Lease lease = spent[part];
      if (lease != null) {
        lease.unspend(joint.request(part).permits());
      }
    }
  }
}
