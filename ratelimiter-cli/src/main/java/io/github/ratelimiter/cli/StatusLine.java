package io.github.ratelimiter.cli;

import java.io.PrintWriter;

/** A progress line on the terminal. Prints nothing if standard error is not a terminal. */
public final class StatusLine {
  private static final int WIDTH = 76;

  private final PrintWriter err;
  private final boolean terminal;
  private boolean shown;

  /**
   * Creates an empty progress line.
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
   * @param text the new text; an empty text clears the line
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
