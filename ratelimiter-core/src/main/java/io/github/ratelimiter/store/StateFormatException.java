package io.github.ratelimiter.store;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when bytes are not a state that this version of the library can read. The bytes were
 * truncated or changed, or a later version of the library wrote them. The message names the
 * problem.
 */
public final class StateFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  StateFormatException(String message) {
    this(message, null);
  }

  StateFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
