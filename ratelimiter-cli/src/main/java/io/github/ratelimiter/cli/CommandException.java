package io.github.ratelimiter.cli;

import java.io.Serial;

/** Thrown when a command fails for a reason that the user can fix. The message is one line. */
public final class CommandException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong, in one line
   */
  public CommandException(String message) {
    super(message);
  }
}
