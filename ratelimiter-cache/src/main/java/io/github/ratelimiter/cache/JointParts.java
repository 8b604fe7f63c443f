package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
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

  private boolean complete = true;

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
    } else {
      complete = false;
    }
  }

  /** Returns whether the store is not needed. */
  boolean isComplete() {
    return complete;
  }

  /** Returns whether the store must decide a part. */
  boolean isLeft(int part) {
    return spent[part] == null;
  }

  /**
   * Returns the parts that were not decided on a lease. A known refusal says nothing about the
   * other parts, so the store decides these as well.
   */
  JointRequest rest() {
    List<JointRequest.Part> rest = new ArrayList<>();
    for (int part = 0; part < spent.length; part++) {
      if (isLeft(part)) {
        rest.add(joint.parts().get(part));
      }
    }
    return new JointRequest(rest);
  }

  /** Returns the decisions of all parts, and gives permits back if they were not granted. */
  List<Decision> decided() {
    @SuppressWarnings("NullAway") // Complete.
    List<Decision> all = List.of(decisions);
    return settled(all);
  }

  /**
   * Returns the decisions of all parts, and gives permits back if they were not granted.
   *
   * @param ofStore the decisions of {@link #rest()}
   */
  List<Decision> with(List<Decision> ofStore) {
    List<Decision> all = new ArrayList<>();
    int next = 0;
    for (int part = 0; part < decisions.length; part++) {
      Decision here = decisions[part];
      all.add(isLeft(part) || here == null ? ofStore.get(next++) : here);
    }
    return settled(all);
  }

  private List<Decision> settled(List<Decision> all) {
    if (!joint.isGrantedBy(all)) {
      giveBack();
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
