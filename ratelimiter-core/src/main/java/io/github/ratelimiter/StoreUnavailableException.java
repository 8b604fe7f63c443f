package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot decide now: it cannot be reached, went away, or has no room. An outage, which
 * passes.
 */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * An outage. For stores.
   *
   * @param message what happened
   * @param mayHaveRun false if the request certainly was not carried out
   * @param cause why, or null
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
