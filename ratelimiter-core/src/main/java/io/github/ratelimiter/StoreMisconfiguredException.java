package io.github.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot work as it is set up: a wrong password, a server that lacks something, a mistake
 * in this library. Not an outage: somebody has to change something.
 */
public final class StoreMisconfiguredException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * A mistake. For stores.
   *
   * @param message what is wrong, and what would be right
   * @param mayHaveRun false if the request certainly was not carried out
   * @param cause why, or null
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
