package io.github.ratelimiter.store;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An event in a store, for metrics and alerts. A store may define its own events. */
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
   * An in-process store has removed the state of a key to make room for another one.
   *
   * @param policy the policy
   * @param key the key
   */
  record KeyEvicted(Policy policy, String key) implements StoreEvent {}

  /**
   * A call that carried a batch of requests to a server has ended.
   *
   * @param requests the number of requests in the batch
   * @param started when the call was sent, on this process's clock
   * @param time the time from sending the call to its end
   * @param failed whether the call ended without a reply
   * @param observations those of the callers whose requests were in the batch; see {@link
   *     Deadline#observations()}
   */
  record BatchEnded(
      int requests, Instant started, Duration time, boolean failed, List<Observation> observations)
      implements StoreEvent {}

  /**
   * A circuit breaker has opened. The fallback decides, and no requests are sent to the store.
   *
   * @param reason the last failure, or that calls are too slow
   */
  record BreakerOpened(StoreException reason) implements StoreEvent {}

  /** A circuit breaker probes the store. The fallback still decides. */
  record BreakerHalfOpened() implements StoreEvent {}

  /** A circuit breaker has closed. The store decides again. */
  record BreakerClosed() implements StoreEvent {}

  /**
   * A fallback has decided a request.
   *
   * @param request the request
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
