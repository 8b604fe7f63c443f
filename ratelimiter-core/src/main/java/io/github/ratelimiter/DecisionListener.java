package io.github.ratelimiter;

/**
 * Notified of every decision of a limiter: for metrics, traces and logs. It is called by several
 * threads at once.
 *
 * <p>A blocking call notifies it on its own thread before it returns. So does an asynchronous call
 * that needs no I/O. Otherwise it is notified on the limiter's {@link RateLimiterBuilder#executor},
 * before the future completes. A slow listener delays that one call and no other. An exception that
 * it throws is caught, and logged once.
 *
 * <p>A call that waits for permits notifies it once, at the end.
 */
@FunctionalInterface
public interface DecisionListener {
  /**
   * Called when a call has ended.
   *
   * @param event the call and its result
   */
  void onDecision(DecisionEvent event);

  /**
   * Returns whether this listener needs {@link DecisionEvent#timeTaken()}. Reading the clock twice
   * costs as much as an in-process decision.
   *
   * @return always the same value. Default: false
   */
  default boolean measuresTime() {
    return false;
  }
}
