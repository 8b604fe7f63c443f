package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * A store gave no decision. {@link #mayHaveRun()} tells whether the request may have been carried
 * out all the same: nothing that may have run is ever repeated by a store, and whoever repeats it
 * risks counting twice.
 *
 * <p>The same instance may reach many callers; it has no stack trace of its own, its cause has.
 */
public abstract sealed class StoreException extends RuntimeException
    permits StoreUnavailableException, StoreTimeoutException, StoreMisconfiguredException {
  private static final long serialVersionUID = 1L;

  /** Whether the request may have been carried out. */
  private final boolean mayHaveRun;

  StoreException(String message, boolean mayHaveRun, @Nullable Throwable cause) {
    super(message, cause, true, false);
    this.mayHaveRun = mayHaveRun;
  }

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
