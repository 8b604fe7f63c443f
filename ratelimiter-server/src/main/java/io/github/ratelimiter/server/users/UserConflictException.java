package io.github.ratelimiter.server.users;

/** A user has been changed since he was read. */
public final class UserConflictException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. */
  public UserConflictException(String user, long expected, long actual) {
    super(
        actual == 0
            ? "user '%s' is not there; this change is based on version %d".formatted(user, expected)
            : "user '%s' has version %d; this change is based on version %d"
                .formatted(user, actual, expected),
        null,
        false,
        false);
  }
}
