package io.github.ratelimiter.cli;

import java.io.PrintWriter;

/** A line on a terminal that shows how far a command is. Prints nothing without a terminal. */
public final class StatusLine {
  private static final int WIDTH = 76;

  private final PrintWriter err;
  private final boolean terminal;
  private boolean shown;

  /**
   * Creates an empty line on standard error.
   *
   * @param io the streams of the command
   */
  public StatusLine(Io io) {
    this.err = io.err();
    this.terminal = io.errIsTerminal();
  }

  /**
   * Replaces the text of the line.
   *
   * @param text the new text; the empty text clears the line
   */
  public void show(String text) {
    if (terminal && (shown || !text.isEmpty())) {
      err.print("\r" + text + " ".repeat(Math.max(WIDTH - text.length(), 0)));
      err.print(text.isEmpty() ? "\r" : "");
      err.flush();
      shown = !text.isEmpty();
    }
  }
}
