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
   * A call has ended.
   *
   * @param event the call and its result
   */
  void onDecision(DecisionEvent event);

  /**
   * Returns whether {@link DecisionEvent#timeTaken()} is needed. Reading the clock twice costs as
   * much as a decision in the process.
   *
   * @return false by default; always the same
   */
  default boolean measuresTime() {
    return false;
  }
}
