package io.github.ratelimiter.server.admin;

/** Thrown for a change that the rules do not allow. The message says why, and what would work. */
public final class RefusedChangeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefusedChangeException(String message) {
    super(message, null, false, false);
  }
}
