package io.github.ratelimiter;

/**
 * Hears of every decision of a limiter: for metrics, traces and logs. Called on the thread that
 * decided, so it must be quick and thread-safe. What it throws is caught, and logged once.
 *
 * <p>A call that waits for its permits is heard of once, when the wait is over.
 */
public interface DecisionListener {
  /**
   * A request was decided.
   *
   * @param request what was asked, with its key
   * @param decision the answer
   * @param nanos how long it took, a wait included
   */
  void onDecision(Request request, Decision decision, long nanos);

  /**
   * A request could not be decided.
   *
   * @param request what was asked, with its key
   * @param failure why not
   * @param nanos how long it took, a wait included
   */
  default void onFailure(Request request, Throwable failure, long nanos) {}
}
