package io.github.ratelimiter.rules.postgresql;

import java.io.Serial;

/**
 * Thrown when rules cannot be read from a database or stored in it: the database does not answer,
 * has no tables of rules, or has rules that are not valid.
 */
public final class RuleDatabaseException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  RuleDatabaseException(String message, Throwable cause) {
    super(message, cause);
  }
}
