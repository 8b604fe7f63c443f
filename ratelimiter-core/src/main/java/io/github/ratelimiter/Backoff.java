package io.github.ratelimiter;

import java.util.concurrent.CompletionException;

/**
 * When a store that failed is asked again on behalf of a caller that has time left: soon, then less
 * and less often.
 */
final class Backoff {
  private static final long FIRST_MICROS = 10_000;
  private static final long LAST_MICROS = 1_000_000;

  private long micros = FIRST_MICROS;

  /** How long to wait now. */
  long nextMicros() {
    long next = micros;
    micros = Math.min(2 * next, LAST_MICROS);
    return next;
  }

  /** Whether a request that failed certainly was not carried out, and another one may be. */
  static boolean mayAskAgain(Throwable failure) {
    return outage(failure) instanceof StoreException e && !e.mayHaveRun();
  }

  /** The same of a request that takes nothing. */
  static boolean mayLookAgain(Throwable failure) {
    return outage(failure) instanceof StoreException;
  }

  private static Throwable outage(Throwable failure) {
    Throwable cause = Delivery.cause(failure);
    // A mistake does not pass: somebody has to hear of it.
    return cause instanceof StoreMisconfiguredException ? new CompletionException(cause) : cause;
  }
}
