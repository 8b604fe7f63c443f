package io.github.ratelimiter.cli.replay;

import java.io.PrintWriter;

/** Counts the lines that cannot be read, and names the first few. */
final class Malformed {
  private static final int NAMED = 5;
  private static final int SHOWN = 100;

  private final PrintWriter err;
  private long count;

  Malformed(PrintWriter err) {
    this.err = err;
  }

  /** Counts a line that is not usable. */
  void add(LineReader line, String problem) {
    count++;
    if (count <= NAMED) {
      int end = Math.min(line.end(), line.begin() + SHOWN);
      String text = Text.readable(line.bytes(), line.begin(), end);
      String more = end < line.end() ? "..." : "";
      err.println(
          "line " + Text.number(line.number()) + " left out, " + problem + ": " + text + more);
    }
  }

  /** Says how many there were that were not named. */
  void close() {
    if (count > NAMED) {
      err.println("and " + Text.count(count - NAMED, "more line") + " left out");
    }
    err.flush();
  }

  long count() {
    return count;
  }
}
