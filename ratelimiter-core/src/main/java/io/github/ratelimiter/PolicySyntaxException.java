package io.github.ratelimiter;

import java.io.Serial;

/** A text that is no {@link Policy}: the message says where, what was found and what would do. */
public final class PolicySyntaxException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 100;

  private final int position;

  PolicySyntaxException(String text, int position, String problem) {
    super("policy \"" + shown(text) + "\", at character " + (position + 1) + ": " + problem);
    this.position = position;
  }

  /** Text of any length and any characters, fit for a line of a log. */
  static String shown(String text) {
    String start = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  /**
   * Where the text stops being a policy.
   *
   * @return the index of a character, from 0 to the length of the text
   */
  public int position() {
    return position;
  }
}
