package io.github.ratelimiter.cli;

import java.io.Serial;

/** Thrown when a command cannot go on and the user can change that. The message is one line. */
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
