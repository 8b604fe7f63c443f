package io.github.ratelimiter.cli.log;

import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.StatusLine;

/** Shows the progress of a replay, starting one second after its start. */
final class Progress {
  private static final long DELAY_NANOS = 1_000_000_000L;
  private static final long INTERVAL_NANOS = 200_000_000L;
  private static final int LINES_PER_CHECK = 4096;

  private final StatusLine status;
  private final long start = System.nanoTime();
  private long nextShown = start + DELAY_NANOS;

  Progress(StatusLine status) {
    this.status = status;
  }

  /** Called after each line. Reads the clock only every few thousand lines. */
  void line(long number, LogInput input) {
    if (number % LINES_PER_CHECK == 0) {
      long now = System.nanoTime();
      if (now - nextShown >= 0) {
        nextShown = now + INTERVAL_NANOS;
        show(number, input.percentRead(), now - start);
      }
    }
  }

  private void show(long lines, int percent, long nanos) {
    String part = percent > 0 ? percent + " %, " : "";
    String rate = Numbers.number((long) (lines * 1e9 / nanos));
    status.show(part + Numbers.number(lines) + " lines, " + rate + " lines/s");
  }

  /** Clears the line. */
  void close() {
    status.show("");
  }
}
