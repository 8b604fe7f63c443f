package io.github.ratelimiter;

import java.io.Serial;

/**
 * Thrown when a policy string cannot be parsed. The message gives the position, what was found and
 * what was expected.
 */
public final class PolicySyntaxException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 100;

  private final int position;

  PolicySyntaxException(String text, int position, String problem) {
    super("policy \"" + shown(text) + "\", at character " + (position + 1) + ": " + problem);
    this.position = position;
  }

  /** Returns the beginning of a text without control characters, for one line of a log. */
  static String shown(String text) {
    String start = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  /**
   * Returns the position of the error in the text.
   *
   * @return the index of a character, from 0 to the length of the text
   */
  public int position() {
    return position;
  }
}
