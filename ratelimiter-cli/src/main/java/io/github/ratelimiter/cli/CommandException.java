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
      throw outOfRange(option, "" + value, "" + minimum, "" + maximum);
    }
  }

  /** Does the same as {@link #checkRange(String, long, long, long)}. NaN is out of every range. */
  public static void checkRange(String option, double value, double minimum, double maximum) {
    if (!(value >= minimum && value <= maximum)) {
      throw outOfRange(option, text(value), text(minimum), text(maximum));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) ? "" + (long) value : "" + value;
  }

  /** Returns the exception for a value that is out of range. */
  public static CommandException outOfRange(
      String option, String value, String minimum, String maximum) {
    return new CommandException(
        option + " is " + value + "; it must be from " + minimum + " to " + maximum);
  }
}
