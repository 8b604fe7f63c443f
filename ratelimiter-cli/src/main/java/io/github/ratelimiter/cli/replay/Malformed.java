package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Text;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the lines that cannot be read, and names the first few. */
final class Malformed {
  private static final int NAMED = 5;
  private static final int SHOWN = 100;

  private final PrintWriter err;
  private final Map<String, Long> unnamed = new LinkedHashMap<>();
  private String firstReason = "";
  private long count;

  Malformed(PrintWriter err) {
    this.err = err;
  }

  /** Counts a line that is not used. */
  void add(long number, String line, String reason) {
    firstReason = count == 0 ? reason : firstReason;
    count++;
    if (count > NAMED) {
      unnamed.merge(reason, 1L, Long::sum);
      return;
    }
    String begin = line.substring(0, Math.min(line.length(), SHOWN));
    String more = begin.length() < line.length() ? "..." : "";
    err.println(
        "line "
            + Text.number(number)
            + " left out, "
            + reason
            + ": "
            + Text.readableBytes(begin)
            + more);
  }

  /** Says how many there were that were not named, for each reason. */
  void close() {
    unnamed.forEach(
        (reason, lines) ->
            err.println("and " + Text.count(lines, "more line") + " left out, " + reason));
    err.flush();
  }

  long count() {
    return count;
  }

  /** Why the first one was left out. */
  String firstReason() {
    return firstReason;
  }
}
