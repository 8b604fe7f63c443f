package io.github.ratelimiter.threads;

/** Thrown by a blocking call on a thread that must not wait. Nothing has been done. */
public final class WouldBlockException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  WouldBlockException(String message) {
    super(message);
  }
}
