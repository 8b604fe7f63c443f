package io.github.ratelimiter.server.check;

import java.time.Instant;
import java.util.List;

/** What became of a call to settle a reservation. */
public sealed interface SettleResult {
  /**
   * The reservation is settled with this cost, by this call or an earlier one.
   *
   * @param maxCost the cost that was reserved
   * @param uses the state of each key
   */
  record Settled(long maxCost, List<RuleUse> uses) implements SettleResult {
    /** Copies the list. */
    public Settled {
      uses = List.copyOf(uses);
    }
  }

  /**
   * The reservation was settled with another cost before. Nothing has changed.
   *
   * @param cost the other cost
   */
  record SettledOtherwise(long cost) implements SettleResult {}

  /**
   * The reservation has ended. What it has taken stays charged.
   *
   * @param end when it ended
   */
  record Ended(Instant end) implements SettleResult {}

  /** This is no reservation of an instance with the same secret. */
  record Unknown() implements SettleResult {}

  /**
   * The store did not answer.
   *
   * @param explanation what is settled and what is not, for people
   */
  record Failed(String explanation) implements SettleResult {}
}
