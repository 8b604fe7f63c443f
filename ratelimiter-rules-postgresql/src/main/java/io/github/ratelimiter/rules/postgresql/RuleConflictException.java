package io.github.ratelimiter.rules.postgresql;

import java.io.Serial;

/**
 * Thrown when rules were changed by somebody else since they were read. Nothing is stored. Read the
 * rules, and decide again.
 */
public final class RuleConflictException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final long expected;
  private final long actual;
  private final String author;

  RuleConflictException(String what, long expected, long actual, String author) {
    super(
        "%s by %s in revision %d; this change is based on revision %d"
            .formatted(what, author, actual, expected));
    this.expected = expected;
    this.actual = actual;
    this.author = author;
  }

  /**
   * Returns the revision on which the refused change is based.
   *
   * @return the revision that the caller named
   */
  public long expected() {
    return expected;
  }

  /**
   * Returns the revision of the other change.
   *
   * @return a later revision
   */
  public long actual() {
    return actual;
  }

  /**
   * Returns who made the other change.
   *
   * @return the author
   */
  public String author() {
    return author;
  }
}
