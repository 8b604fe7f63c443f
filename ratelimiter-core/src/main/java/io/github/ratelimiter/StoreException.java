package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * A store gave no decision. {@link #mayHaveRun()} tells whether the request may have been carried
 * out all the same: nothing that may have run is ever repeated by a store, and whoever repeats it
 * risks counting twice.
 *
 * <p>A blocking call throws it with the stack of its caller. Out of a future the same instance may
 * reach many callers, and has no stack trace; its cause has.
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

  /** The same with the stack of the thread that is here: of a caller who has waited for it. */
  abstract StoreException thrownHere();

  /**
   * Whether the request may have been carried out. Sent, and the connection broke before the
   * answer: true. Refused by a server that is loading its data: false.
   *
   * @return false if it certainly was not
   */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }
}
