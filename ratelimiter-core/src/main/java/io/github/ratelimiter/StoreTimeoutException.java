package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/** Thrown when the store does not answer before the deadline of the request. */
public final class StoreTimeoutException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception. For stores.
   *
   * @param message how much time the store had
   * @param mayHaveRun false if the request was never sent
   * @param cause the cause, or null
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
