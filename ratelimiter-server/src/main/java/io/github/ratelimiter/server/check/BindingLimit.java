package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The limit of a decision that binds: the one that refuses, otherwise the one with the fewest
 * permits left. Immutable.
 *
 * @param part the decision under its policy
 * @param status its state
 */
public record BindingLimit(PartDecision part, LimitStatus status) {
  private static final Comparator<BindingLimit> REFUSING_FIRST =
      Comparator.comparing((BindingLimit each) -> each.decision().allowed())
          .thenComparing(BindingLimit::remaining);

  /** Returns the limit that binds; empty if no limit is enforced. */
  public static Optional<BindingLimit> of(JointDecision decision) {
    return decision.refusedBy().map(BindingLimit::of).or(() -> of(decision.parts()));
  }

  /** Returns the limit of some policies that binds; empty if none of them is enforced. */
  public static Optional<BindingLimit> of(List<PartDecision> parts) {
    return parts.stream()
        .filter(part -> !part.part().isObserved())
        .map(BindingLimit::of)
        .min(REFUSING_FIRST);
  }

  private static BindingLimit of(PartDecision part) {
    return new BindingLimit(
        part,
        part.decision().limits().stream()
            .filter(each -> each.limit().equals(part.decision().limit()))
            .findFirst()
            .orElseThrow());
  }

  /** Returns the decision under its policy. */
  public Decision decision() {
    return part.decision();
  }

  /** Returns the largest number of permits that can remain. */
  public long limit() {
    return status.limit().capacity();
  }

  /** Returns the permits that remain. A key that is drained has none, whatever its limits have. */
  public long remaining() {
    return isDrained() ? 0 : status.remaining();
  }

  /** A request that is refused although all limits have the permits is refused by a drain. */
  private boolean isDrained() {
    return !decision().allowed()
        && decision().limits().stream()
            .allMatch(limit -> limit.remaining() >= part.part().permits());
  }

  /** Returns when all permits are available again, in seconds since 1970, rounded up. */
  public long resetAt(Instant now) {
    Instant reset = now.plus(status.resetAfter());
    return reset.getEpochSecond() + (reset.getNano() > 0 ? 1 : 0);
  }
}
