package io.github.ratelimiter;

import io.github.ratelimiter.Decision.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a call of a {@link JointLimiter}: whether the permits of all parts were granted,
 * and if not, by which part and which limit they were refused. Immutable.
 */
public final class JointDecision {
  /**
   * The decision of one part.
   *
   * @param part the part
   * @param decision what it decided. If the call was refused, a part that could have granted its
   *     permits has an allowed decision nevertheless. It has granted nothing, and {@code remaining}
   *     does not contain the permits of this call; the times may
   */
  public record PartDecision(JointLimiter.Part part, Decision decision) {}

  private final List<PartDecision> parts;
  private final @Nullable PartDecision refusing;

  JointDecision(List<PartDecision> parts) {
    this.parts = List.copyOf(parts);
    PartDecision refusing = null;
    for (PartDecision each : this.parts) {
      if (!each.part.isObserved() && !each.decision.allowed() && isLater(each, refusing)) {
        refusing = each;
      }
    }
    this.refusing = refusing;
  }

  /** Returns whether a part takes precedence: an impossible one, then the longest retry-after. */
  private static boolean isLater(PartDecision each, @Nullable PartDecision than) {
    if (than == null) {
      return true;
    }
    if (than.decision.outcome() == Outcome.IMPOSSIBLE) {
      return false;
    }
    return each.decision.outcome() == Outcome.IMPOSSIBLE
        || each.decision.retryAfterMicros() > than.decision.retryAfterMicros();
  }

  /**
   * Returns whether the permits were granted.
   *
   * @return true if every part that is not observed has granted its permits
   */
  public boolean allowed() {
    return refusing == null;
  }

  /**
   * Returns the result of the call.
   *
   * @return {@link Outcome#IMPOSSIBLE} if one part can never grant its permits
   */
  public Outcome outcome() {
    return refusing == null ? Outcome.ALLOWED : refusing.decision.outcome();
  }

  /**
   * Returns the part that refuses. If several do, it is the one with the longest time to wait. The
   * limit that refuses is {@link Decision#limit()} of its decision.
   *
   * @return empty if the call was allowed; never an observed part
   */
  public Optional<PartDecision> refusedBy() {
    return Optional.ofNullable(refusing);
  }

  /**
   * Returns the time until all parts that are not observed can grant their permits, if no other
   * permits are taken.
   *
   * @return zero if the call was allowed; empty if it can never succeed
   */
  public Optional<Duration> retryAfter() {
    return refusing == null ? Optional.of(Duration.ZERO) : refusing.decision.retryAfter();
  }

  /**
   * Returns {@link #retryAfter()} in microseconds.
   *
   * @return 0 if the call was allowed
   * @throws IllegalStateException if the call can never succeed
   */
  public long retryAfterMicros() {
    return refusing == null ? 0 : refusing.decision.retryAfterMicros();
  }

  /**
   * Returns the decision of each part.
   *
   * @return a list in the order of the parts
   */
  public List<PartDecision> parts() {
    return parts;
  }

  /**
   * Returns this decision together with that of another call, to report both as one. Nothing is
   * decided.
   *
   * @param other the decision of the other call
   * @return a decision with the parts of both, which is allowed if both are
   */
  public JointDecision and(JointDecision other) {
    List<PartDecision> all = new ArrayList<>(parts);
    all.addAll(other.parts);
    return new JointDecision(all);
  }

  /**
   * Returns the parts with a new key: permits were granted, and none of the key's permits were in
   * use before. See {@link DecisionEvent#isNewKey}.
   *
   * @return a list in the order of the parts; empty if the call was refused
   */
  public List<PartDecision> newKeys() {
    return allowed() ? parts.stream().filter(JointDecision::isNew).toList() : List.of();
  }

  private static boolean isNew(PartDecision each) {
    List<Decision.LimitStatus> limits = each.decision.limits();
    return each.decision.allowed()
        && NewKeys.hadAll(limits, Collections.nCopies(limits.size(), each.part.permits()));
  }

  /** Returns a text for people and logs. It does not contain keys. */
  @Override
  public String toString() {
    if (refusing != null) {
      return refusing.decision.toString();
    }
    List<String> policies = parts.stream().map(each -> each.decision.policy().toString()).toList();
    return "allowed by " + String.join(" and ", policies);
  }
}
