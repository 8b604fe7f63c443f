package io.github.ratelimiter.server.users;

/** Users cannot be read or stored. */
public final class UserStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. The message has no secret. */
  public UserStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Creates an exception without a cause. */
  public UserStoreException(String message) {
    super(message);
  }
}
