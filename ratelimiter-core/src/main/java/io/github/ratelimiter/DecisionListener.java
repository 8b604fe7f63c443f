package io.github.ratelimiter;

import io.github.ratelimiter.store.Request;

/**
 * Notified of every call of a limiter when it has ended: for logs, statistics and tests. It must be
 * thread-safe; {@link CallObserver} says which threads call it.
 *
 * <p>A call that waits for permits notifies it once, at the end.
 */
@FunctionalInterface
public interface DecisionListener extends CallObserver {
  /**
   * Called when a call has ended.
   *
   * @param event the call and its result
   */
  void onDecision(DecisionEvent event);

  @Override
  default void onAcquire(String key, long permits, Decision decision) {
    onDecision(new Call(new Request.Acquire(key, decision.policy(), permits), false), decision);
  }

  @Override
  default void onDecision(Call call, Decision decision) {
    onDecision(new DecisionEvent(call, decision, null, -1));
  }

  @Override
  default Observation onCall(Call call) {
    long start = System.nanoTime();
    return (ended, decision, failure) ->
        onDecision(new DecisionEvent(ended, decision, failure, System.nanoTime() - start));
  }
}
