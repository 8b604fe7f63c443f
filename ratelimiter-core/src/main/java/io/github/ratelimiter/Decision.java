package io.github.ratelimiter;

import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether permits were granted, what is left, and when to retry. Immutable.
 *
 * <p>Examples are of a token bucket of 10/s with a burst of 10.
 */
public sealed interface Decision permits StoreDecision {
  /** What became of a request. */
  enum Outcome {
    /** It was carried out; what it asked for has been taken. */
    ALLOWED,

    /** It was refused, nothing was taken, and the same request can succeed later. */
    REFUSED,

    /** It was refused and can never succeed: it asks for more than a limit ever holds. */
    IMPOSSIBLE
  }

  /** Where a decision came from. */
  enum Source {
    /** The store that holds the state. */
    STORE,

    /** Permits that this process had taken from the store before and was still holding. */
    LEASE,

    /** A refusal of the store that cannot have changed yet. */
    CACHED_REFUSAL,

    /** A rule for the time in which the store does not answer. */
    FALLBACK
  }

  /**
   * What one limit of a policy leaves of a key after a decision.
   *
   * @param limit the limit
   * @param remaining permits that could be taken now. Limit 10, four used: 6
   * @param resetAfter how long until all permits of the limit are available again, if nothing more
   *     is taken. Token bucket 10/s, five used: 500 ms
   */
  record LimitStatus(Limit limit, long remaining, Duration resetAfter) {}

  /**
   * Whether the caller may go on.
   *
   * @return true if the permits were granted
   */
  boolean allowed();

  /**
   * What became of the request. Asked for 11: {@link Outcome#IMPOSSIBLE}.
   *
   * @return allowed, refused for now, or refused for ever
   */
  Outcome outcome();

  /**
   * The policy that decided.
   *
   * @return the version that the request named
   */
  Policy policy();

  /**
   * The limit that binds: of a refusal, the refusing limit that holds it up longest; otherwise the
   * limit with the fewest permits left.
   *
   * @return a limit of {@link #policy()}
   */
  Limit limit();

  /**
   * The permits that could be taken now, under all limits together. Four of ten used: 6.
   *
   * @return permits, 0 or more
   */
  long remaining();

  /**
   * When the same request can succeed, if nothing else is taken: exactly then, not a microsecond
   * before. Refused with the bucket just emptied: 100 ms.
   *
   * @return zero if it was allowed; empty if it can never succeed
   */
  Optional<Duration> retryAfter();

  /**
   * {@link #retryAfter()} without the object.
   *
   * @return microseconds; 0 if it was allowed
   * @throws IllegalStateException if the request can never succeed
   */
  long retryAfterMicros();

  /**
   * When all permits of every limit are available again, if nothing more is taken. Four of ten
   * used: 400 ms.
   *
   * @return zero if it is so now
   */
  Duration resetAfter();

  /**
   * What each limit leaves, in the order of the policy.
   *
   * @return a list as long as {@code policy().limits()}
   */
  List<LimitStatus> limits();

  /**
   * Where the decision came from.
   *
   * @return {@link Source#STORE} unless something stands between the limiter and its store
   */
  Source source();
}
