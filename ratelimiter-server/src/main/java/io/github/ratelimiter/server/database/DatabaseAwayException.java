package io.github.ratelimiter.server.database;

/** Thrown when the database is known to be away. The message is for the caller. */
public final class DatabaseAwayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DatabaseAwayException() {
    super("PostgreSQL is away; the rules in force stay, and cannot be changed", null, false, false);
  }
}
