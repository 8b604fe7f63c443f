package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a store makes no decision. {@link #mayHaveRun()} returns whether the request may have
 * been carried out nevertheless. A store never repeats a request that may have run. A caller that
 * repeats it may count its permits twice.
 *
 * <p>A blocking call throws it with the stack trace of its caller. Futures of several callers may
 * complete with the same instance, which has no stack trace; its cause has one.
 */
public abstract sealed class StoreException extends RuntimeException
    permits StoreUnavailableException, StoreTimeoutException, StoreMisconfiguredException {
  private static final long serialVersionUID = 1L;

  /** Whether the request may have been carried out. */
  private final boolean mayHaveRun;

  StoreException(String message, boolean mayHaveRun, @Nullable Throwable cause, boolean withStack) {
    super(message, cause, true, withStack);
    this.mayHaveRun = mayHaveRun;
  }

  /**
   * Returns this exception with the stack trace of the current thread, which is that of the waiting
   * caller.
   */
  abstract StoreException thrownHere();

  /**
   * Returns whether the request may have been carried out. If the request was sent and the
   * connection broke before the reply: true. If a server refused it because it is loading its data:
   * false.
   *
   * @return false if the request certainly was not carried out
   */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}
