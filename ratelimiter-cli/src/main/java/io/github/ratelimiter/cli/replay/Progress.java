package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.StatusLine;
import io.github.ratelimiter.cli.Text;

/** Shows how far a replay is, from one second after its start on. */
final class Progress {
  private static final long FIRST_NANOS = 1_000_000_000L;
  private static final long EVERY_NANOS = 200_000_000L;
  private static final int LINES = 4096;

  private final StatusLine status;
  private final long start = System.nanoTime();
  private long next = start + FIRST_NANOS;

  Progress(StatusLine status) {
    this.status = status;
  }

  /** Called after each line that was read. */
  void line(long number, LogInput input) {
    if (number % LINES == 0) {
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
    status.show(part + Text.number(lines) + " lines, " + rate + " a second");
  }

  /** Clears the line. */
  void close() {
    status.show("");
  }
}
