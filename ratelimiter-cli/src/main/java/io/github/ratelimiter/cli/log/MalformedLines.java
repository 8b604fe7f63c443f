package io.github.ratelimiter.cli.log;

import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.Text;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the lines that cannot be used, and prints the first few. */
final class MalformedLines {
  private static final int MAX_PRINTED = 5;
  private static final int MAX_LENGTH = 100;

  private final PrintWriter err;
  private final Map<String, Long> notPrinted = new LinkedHashMap<>();
  private String firstReason = "";
  private long count;

  MalformedLines(PrintWriter err) {
    this.err = err;
  }

  /**
   * Counts a line that cannot be used.
   *
   * @param file the name of its file; empty if there is only one
   */
  void add(String file, long number, String line, String reason) {
    firstReason = count == 0 ? reason : firstReason;
    count++;
    if (count > MAX_PRINTED) {
      notPrinted.merge(reason, 1L, Long::sum);
      return;
    }
    String shown = line.substring(0, Math.min(line.length(), MAX_LENGTH));
    String ellipsis = shown.length() < line.length() ? "..." : "";
    err.println(
        "skipped line "
            + Numbers.number(number)
            + (file.isEmpty() ? "" : " of " + file)
            + " because "
            + reason
            + ": "
            + Text.readableBytes(shown)
            + ellipsis);
  }

  /** Prints, for each reason, the number of lines that were not printed. */
  void close() {
    notPrinted.forEach(
        (reason, lines) ->
            err.println(
                "skipped " + Numbers.count(lines, "more line") + " with this problem: " + reason));
    err.flush();
  }

  long count() {
    return count;
  }

  /** Returns the reason of the first line. */
  String firstReason() {
    return firstReason;
  }
}
