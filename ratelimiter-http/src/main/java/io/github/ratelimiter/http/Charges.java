package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one request takes of all its limits.
 *
 * @param each the charges
 * @param further decides on the request once all limits have granted their permits
 * @param maxWait how long the request may wait, whichever limit refuses it
 */
record Charges(List<RequestCharge> each, Optional<FurtherCheck> further, Duration maxWait) {
  static final Charges NONE = new Charges(List.of(), Optional.empty(), Duration.ZERO);

  static Charges of(RequestVerdict verdict, Duration maxWait) {
    return verdict instanceof RequestVerdict.Limited limited
        ? new Charges(distinct(limited.charges()), limited.further(), maxWait)
        : NONE;
  }

  /** A state is charged once: of several charges of one policy and key, the largest counts. */
  private static List<RequestCharge> distinct(List<RequestCharge> charges) {
    if (charges.size() < 2) {
      return charges;
    }
    List<RequestCharge> distinct = new ArrayList<>(charges.size());
    for (RequestCharge charge : charges) {
      int same = 0;
      while (same < distinct.size() && !ofOneState(distinct.get(same), charge)) {
        same++;
      }
      if (same == distinct.size()) {
        distinct.add(charge);
      } else if (isLarger(charge.part(), distinct.get(same).part())) {
        distinct.set(same, charge);
      }
    }
    return distinct;
  }

  private static boolean ofOneState(RequestCharge one, RequestCharge other) {
    return one.part().key().equals(other.part().key())
        && one.part().policy().name().equals(other.part().policy().name());
  }

  private static boolean isLarger(JointLimiter.Part one, JointLimiter.Part other) {
    return one.isObserved() == other.isObserved()
        ? one.permits() > other.permits()
        : other.isObserved();
  }

  boolean isEmpty() {
    return each.isEmpty();
  }

  JointLimiter limiter() {
    JointLimiter.Part[] parts = new JointLimiter.Part[each.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = each.get(i).part();
    }
    return JointLimiter.of(parts);
  }

  /** Returns whether permits may be returned later, so that they must be reserved. */
  boolean areReserved() {
    return further.isPresent() || areSettled();
  }

  /** Returns whether the cost of a charge depends on the response. */
  boolean areSettled() {
    for (RequestCharge charge : each) {
      if (charge.responseCost().isPresent()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns how long a request that was decided may wait; zero if it was allowed. A request with a
   * cost that depends on the response does not wait: permits cannot be reserved after a wait.
   */
  Duration waitAfter(JointDecision decision) {
    if (decision.allowed() || areSettled()) {
      return Duration.ZERO;
    }
    return decision
        .refusedBy()
        .map(refusing -> max(maxWait, maxWaitOf(refusing.part())))
        .orElse(Duration.ZERO);
  }

  private Duration maxWaitOf(JointLimiter.Part part) {
    return each.stream()
        .filter(charge -> charge.part() == part)
        .map(RequestCharge::maxWait)
        .findFirst()
        .orElse(Duration.ZERO);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /**
   * Returns the mode if a charge has one: to refuse, if several differ. Also to refuse if there are
   * too many charges to decide together. Otherwise a client could lift its limits by matching more.
   */
  Optional<FailureMode> failureMode() {
    if (each.size() > JointLimiter.MAX_PARTS) {
      return Optional.of(FailureMode.REFUSE);
    }
    return each.stream()
        .flatMap(charge -> charge.failureMode().stream())
        .max(Comparator.naturalOrder());
  }
}
