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

  /**
   * Checks the number of an option.
   *
   * @param option the name of the option
   * @param value its value
   * @param minimum the smallest valid value
   * @param maximum the largest valid value
   * @throws CommandException if the value is out of range
   */
  public static void checkRange(String option, long value, long minimum, long maximum) {
    if (value < minimum || value > maximum) {
      throw new CommandException(
          option + " is " + value + "; it must be from " + minimum + " to " + maximum);
    }
  }
}
