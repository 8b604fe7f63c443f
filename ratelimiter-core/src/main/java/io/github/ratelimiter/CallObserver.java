package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * Notified of every call of a limiter. For instrumentation: it gets what it needs without an object
 * for each decision, and it is notified of the beginning of a call that has to wait. Most
 * applications use a {@link DecisionListener}, which is simpler. It must be thread-safe.
 *
 * <p>A call that is decided immediately is reported to {@link #onAcquire} or {@link #onDecision}. A
 * call that has to wait for I/O or for permits is reported to {@link #onCall} when it begins, and
 * to the {@link Observation} when it ends. So is a call that fails immediately.
 *
 * <p>A blocking call notifies it on its own thread before it returns. So does an asynchronous call
 * that does not wait. The end of one that waits is reported on the limiter's {@link
 * RateLimiterBuilder#executor}, before the future completes. A slow observer delays that one call
 * and no other; {@link io.github.ratelimiter.observe.BackgroundListener} avoids that. An exception
 * that it throws is caught, and logged at most once a minute, without its message, which may
 * contain the key.
 */
public interface CallObserver {
  /** A call that has begun and waits. */
  @FunctionalInterface
  interface Observation {
    /**
     * Called once, when the call has ended. Exactly one of the decision and the failure is null.
     *
     * @param call the call that began; a {@code peek} if it is a part of a {@link JointLimiter}
     *     that could grant its permits, but did not because of another part
     * @param decision the decision; null if the call failed
     * @param failure why the call failed: a {@link java.util.concurrent.CancellationException} if
     *     the caller cancelled it or was interrupted; null if it was decided
     */
    void ended(Call call, @Nullable Decision decision, @Nullable Throwable failure);
  }

  /**
   * Called when {@code tryAcquire} with a number of permits was decided without waiting. This is
   * the most frequent call.
   *
   * @param key identifies the caller. It may be personal data
   * @param permits at least 1
   * @param decision the decision
   */
  void onAcquire(String key, long permits, Decision decision);

  /**
   * Called when any other method was decided without waiting.
   *
   * @param call the call
   * @param decision the decision
   */
  void onDecision(Call call, Decision decision);

  /**
   * Called on the caller's thread before a call waits for I/O or for permits, and when a call has
   * failed immediately. A {@code tryAcquire} with a {@code maxWait} always counts as waiting.
   *
   * @param call the call
   * @return is notified of the end of the call; null for none
   */
  @Nullable Observation onCall(Call call);
}
