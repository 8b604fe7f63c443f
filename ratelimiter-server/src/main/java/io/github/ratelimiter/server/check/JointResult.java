package io.github.ratelimiter.server.check;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import java.util.List;

/**
 * The result of a check of several requests. Immutable.
 *
 * @param all the result for all of them together
 * @param shares what belongs to each of them, in their order
 */
public record JointResult(CheckResult all, List<Share> shares) {
  /** Copies the list. */
  public JointResult {
    shares = List.copyOf(shares);
  }

  /**
   * What belongs to one request.
   *
   * @param denied whether the client is denied, whatever its limits are
   * @param parts the decisions of the limits that count the request
   */
  public record Share(boolean denied, List<PartDecision> parts) {
    /** Copies the list. */
    public Share {
      parts = List.copyOf(parts);
    }

    /** Returns the share of a request that was decided on its own. */
    public static Share of(CheckResult result) {
      return new Share(
          result.decision().isEmpty() && !result.allowed(),
          result.decision().map(JointDecision::parts).orElse(List.of()));
    }

    /** Returns whether this request is refused on its own account. */
    public boolean refuses() {
      return denied
          || parts.stream()
              .anyMatch(each -> !each.part().isObserved() && !each.decision().allowed());
    }
  }
}
