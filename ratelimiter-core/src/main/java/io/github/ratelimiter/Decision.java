package io.github.ratelimiter;

import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The result of a call: whether permits were granted, how many are left, and when to retry.
 * Immutable.
 *
 * <p>Examples are of a token bucket of 10/s with a burst of 10.
 */
public sealed interface Decision permits StoreDecision {
  /** The result of a call. */
  enum Outcome {
    /** The permits were granted, or the operation was carried out. */
    ALLOWED,

    /** No permit was consumed; the same call can succeed later. */
    REFUSED,

    /** No permit was consumed; the call asks for more than a limit can ever hold. */
    IMPOSSIBLE
  }

  /** What made a decision. */
  enum Source {
    /** The store. */
    STORE,

    /** Permits that this process had leased from the store. */
    LEASE,

    /** A refusal of the store, repeated while it cannot have changed. */
    CACHED_REFUSAL,

    /** A fallback, while the store does not decide. */
    FALLBACK
  }

  /**
   * The state of one limit after a decision.
   *
   * @param limit the limit
   * @param remaining the permits that are available. Limit 10, four used: 6
   * @param resetAfter the time until all permits are available again, if no more are taken. Token
   *     bucket 10/s, five used: 500 ms
   */
  record LimitStatus(Limit limit, long remaining, Duration resetAfter) {}

  /**
   * Returns whether the permits were granted.
   *
   * @return true if the outcome is {@link Outcome#ALLOWED}
   */
  boolean allowed();

  /**
   * Returns the result of the call. For 11 permits: {@link Outcome#IMPOSSIBLE}.
   *
   * @return the outcome
   */
  Outcome outcome();

  /**
   * Returns the policy that decided.
   *
   * @return the version in force at the call
   */
  Policy policy();

  /**
   * Returns the limit that binds: for a refusal, the limit with the longest time to wait; otherwise
   * the limit with the fewest permits left.
   *
   * @return a limit of {@link #policy()}
   */
  Limit limit();

  /**
   * Returns the permits that are available under all limits together. Four of ten used: 6.
   *
   * @return permits, 0 or more
   */
  long remaining();

  /**
   * Returns the time until the same call succeeds, if no other permits are taken. It is exact: one
   * microsecond earlier the call is refused. Refused by a bucket that was just emptied: 100 ms.
   *
   * @return zero if the call was allowed; empty if it can never succeed
   */
  Optional<Duration> retryAfter();

  /**
   * Returns {@link #retryAfter()} in microseconds.
   *
   * @return 0 if the call was allowed
   * @throws IllegalStateException if the call can never succeed
   */
  long retryAfterMicros();

  /**
   * Returns the time until all permits of all limits are available again, if no more are taken.
   * Four of ten used: 400 ms.
   *
   * @return zero if all permits are available now
   */
  Duration resetAfter();

  /**
   * Returns the state of each limit, in the order of the policy. A drain does not change it.
   *
   * @return a list as long as {@code policy().limits()}
   */
  List<LimitStatus> limits();

  /**
   * Returns the permits that {@code settle} or {@code record} could not charge, because a limit had
   * no permits left and its {@link Limit#debt()} was used up. If there are several limits, the
   * largest of their numbers. Limit {@code 1000/h debt 500}, 1,000 used, 700 more recorded: 200.
   *
   * @return permits; 0 for all other calls, and if a fallback decided
   */
  long uncounted();

  /**
   * Returns what made the decision.
   *
   * @return {@link Source#STORE} unless the store is wrapped
   */
  Source source();
}
