package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/** The store did not answer by the request's deadline. */
public final class StoreTimeoutException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * A deadline missed. For stores.
   *
   * @param message how long the store was given
   * @param mayHaveRun false if the request was never sent
   * @param cause why, or null
   */
  public StoreTimeoutException(String message, boolean mayHaveRun, @Nullable Throwable cause) {
    super(message, mayHaveRun, cause, false);
  }

  private StoreTimeoutException(StoreTimeoutException failure) {
    super(String.valueOf(failure.getMessage()), failure.mayHaveRun(), failure.getCause(), true);
  }

  @Override
  StoreException thrownHere() {
    return new StoreTimeoutException(this);
  }
}
