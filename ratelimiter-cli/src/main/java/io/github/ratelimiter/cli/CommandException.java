package io.github.ratelimiter.cli;

import java.io.Serial;

/** What stops a command and is the caller's to mend: the message is one line for people. */
public final class CommandException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * What is wrong.
   *
   * @param message one line
   */
  public CommandException(String message) {
    super(message);
  }
}
