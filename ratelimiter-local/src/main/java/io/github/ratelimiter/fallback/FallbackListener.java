package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StoreException;

/**
 * Is told about a store's outages: for metrics and alarms. Told of one event after another, in
 * their order, on the fallback's {@link FallbackBuilder#executor}: a listener that takes its time
 * holds up no decision. If more than 10,000 events wait for it, it is not told of further requests
 * that were answered here; the log says of how many. What it throws is caught, and logged once.
 */
public interface FallbackListener {
  /**
   * The breaker has opened: no caller goes to the store any more.
   *
   * @param reason the failure that did it, or that calls are too slow
   */
  default void onOpened(StoreException reason) {}

  /** The store is being probed; callers still do not go to it. */
  default void onHalfOpen() {}

  /** Callers go to the store again. */
  default void onClosed() {}

  /**
   * A request was answered here.
   *
   * @param request what was asked, with its key
   * @param decision the answer
   * @param reason what kept the store from answering: the failure of this very call, or the one
   *     that opened the breaker
   */
  default void onFellBack(Request request, Decision decision, StoreException reason) {}

  /**
   * The store has been told what was admitted without it.
   *
   * @param keys how many keys it was told of
   * @param permits how many permits; of a policy of several limits, those of the limit that was
   *     told of most
   */
  default void onRecovered(long keys, long permits) {}
}
