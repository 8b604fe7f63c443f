package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Text;
import java.io.PrintWriter;

/** Tells people who wait how far the replay is, on a terminal and after a second only. */
final class Progress {
  private static final long FIRST_NANOS = 1_000_000_000L;
  private static final long EVERY_NANOS = 200_000_000L;
  private static final int LINES = 4096;
  private static final int WIDTH = 60;

  private final PrintWriter err;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long next = start + FIRST_NANOS;
  private boolean shown;

  Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** A line was read. */
  void line(long number, LogInput input) {
    if (terminal && number % LINES == 0) {
      long now = System.nanoTime();
      if (now - next >= 0) {
        next = now + EVERY_NANOS;
        show(number, input.percentRead(), now - start);
      }
    }
  }

  private void show(long lines, int percent, long nanos) {
    String part = percent > 0 ? percent + " %, " : "";
    String rate = Text.number((long) (lines * 1e9 / nanos));
    String text = part + Text.number(lines) + " lines, " + rate + " a second";
    err.print("\r" + text + " ".repeat(Math.max(WIDTH - text.length(), 0)));
    err.flush();
    shown = true;
  }

  /** Wipes the line. */
  void close() {
    if (shown) {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }
  }
}
