package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the store cannot work in its present configuration: a wrong password, a server that
 * lacks a feature, an error in this library. This is not an outage: the configuration must be
 * changed.
 */
public final class StoreMisconfiguredException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception. For stores.
   *
   * @param message what is wrong, and what would be right
   * @param mayHaveRun false if the request certainly was not carried out
   * @param cause the cause, or null
   */
  public StoreMisconfiguredException(
      String message, boolean mayHaveRun, @Nullable Throwable cause) {
    super(message, mayHaveRun, cause, false);
  }

  private StoreMisconfiguredException(StoreMisconfiguredException failure) {
    super(String.valueOf(failure.getMessage()), failure.mayHaveRun(), failure.getCause(), true);
  }

  @Override
  StoreException thrownHere() {
    return new StoreMisconfiguredException(this);
  }
}
