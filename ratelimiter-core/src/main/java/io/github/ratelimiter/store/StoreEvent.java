package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import java.time.Duration;

/**
 * Something that happened in a store: for metrics and alarms. A store may define events of its own.
 */
public interface StoreEvent {
  /**
   * An admission cache has leased permits.
   *
   * @param policy the policy
   * @param key the key
   * @param permits how many
   */
  record LeaseGranted(Policy policy, String key, long permits) implements StoreEvent {}

  /**
   * An admission cache returns permits of a lease that were not used.
   *
   * @param policy the policy
   * @param key the key
   * @param permits how many
   */
  record LeaseReturned(Policy policy, String key, long permits) implements StoreEvent {}

  /**
   * A store in the process has dropped the state of a key to make room for another one.
   *
   * @param policy the policy
   * @param key the key
   */
  record KeyEvicted(Policy policy, String key) implements StoreEvent {}

  /**
   * A call that carried a batch of requests has ended.
   *
   * @param requests how many requests it carried
   * @param time from sending it to its end
   * @param failed whether it ended without an answer
   */
  record BatchEnded(int requests, Duration time, boolean failed) implements StoreEvent {}

  /**
   * A circuit breaker has opened: the fallback decides, and the store is not asked.
   *
   * @param reason the last failure, or that calls are too slow
   */
  record BreakerOpened(StoreException reason) implements StoreEvent {}

  /** A circuit breaker probes the store; the fallback still decides. */
  record BreakerHalfOpened() implements StoreEvent {}

  /** A circuit breaker has closed: the store decides again. */
  record BreakerClosed() implements StoreEvent {}

  /**
   * A fallback has decided a request.
   *
   * @param request what was asked
   * @param decision the decision
   * @param reason why the store did not decide: the failure of this call, or the one that opened
   *     the breaker
   */
  record FallbackDecided(Request request, Decision decision, StoreException reason)
      implements StoreEvent {}

  /**
   * A fallback has charged the store with permits that it had granted.
   *
   * @param keys the number of keys
   * @param permits how many; for a policy of several limits, the largest number that a limit was
   *     charged
   */
  record Recovered(long keys, long permits) implements StoreEvent {}
}
