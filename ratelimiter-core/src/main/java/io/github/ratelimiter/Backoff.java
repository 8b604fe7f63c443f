package io.github.ratelimiter;

import java.util.concurrent.CompletionException;

/**
 * The delays between attempts after a store failed, for a caller that has time left. They start
 * short and grow.
 */
final class Backoff {
  private static final long FIRST_MICROS = 10_000;
  private static final long LAST_MICROS = 1_000_000;

  private long micros = FIRST_MICROS;

  /** Returns the delay before the next attempt. */
  long nextMicros() {
    long next = micros;
    micros = Math.min(2 * next, LAST_MICROS);
    return next;
  }

  /** Returns whether a failed request certainly was not carried out and may be attempted again. */
  static boolean mayAskAgain(Throwable failure) {
    return outage(failure) instanceof StoreException e && !e.mayHaveRun();
  }

  /** Returns whether a failed request that takes no permits may be attempted again. */
  static boolean mayLookAgain(Throwable failure) {
    return outage(failure) instanceof StoreException;
  }

  private static Throwable outage(Throwable failure) {
    Throwable cause = Delivery.cause(failure);
    // A configuration error does not pass, so it is reported.
    return cause instanceof StoreMisconfiguredException ? new CompletionException(cause) : cause;
  }
}
