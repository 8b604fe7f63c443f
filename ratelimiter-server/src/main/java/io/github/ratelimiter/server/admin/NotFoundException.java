package io.github.ratelimiter.server.admin;

/** Thrown for what does not exist. The message says what. */
public final class NotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotFoundException(String message) {
    super(message, null, false, false);
  }
}
