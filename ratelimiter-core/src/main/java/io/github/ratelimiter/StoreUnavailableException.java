package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the store cannot decide now because it is unreachable, the connection was lost, or it
 * is full. This is an outage, which passes.
 */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception. For stores.
   *
   * @param message what happened
   * @param mayHaveRun false if the request certainly was not carried out
   * @param cause the cause, or null
   */
  public StoreUnavailableException(String message, boolean mayHaveRun, @Nullable Throwable cause) {
    super(message, mayHaveRun, cause, false);
  }

  private StoreUnavailableException(StoreUnavailableException failure) {
    super(String.valueOf(failure.getMessage()), failure.mayHaveRun(), failure.getCause(), true);
  }

  @Override
  StoreException thrownHere() {
    return new StoreUnavailableException(this);
  }
}
