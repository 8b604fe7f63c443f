package io.github.ratelimiter;

/**
 * Is told about every decision of a limiter: for metrics, traces and logs. Called by several
 * threads at once: by the caller's, before a blocking call returns and where an asynchronous one is
 * answered at the call; otherwise on the limiter's {@link RateLimiterBuilder#executor}, before the
 * future completes. So a listener that takes its time holds up that one answer, and no other call.
 * What it throws is caught, and logged once.
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
