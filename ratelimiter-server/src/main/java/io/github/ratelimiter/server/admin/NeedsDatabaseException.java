package io.github.ratelimiter.server.admin;

/** Thrown for what works only with rules in a database. */
public final class NeedsDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NeedsDatabaseException() {
    super(
        "the rules are in a file; start the service with --postgres to change them here",
        null,
        false,
        false);
  }
}
