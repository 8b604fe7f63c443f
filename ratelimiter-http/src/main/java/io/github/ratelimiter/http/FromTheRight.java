package io.github.ratelimiter.http;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The entries of a header's line from right to left, separated by commas that are not within a
 * quoted string. An entry is read only when it is asked for, so the cost is bounded by the trusted
 * entries, however long the line.
 */
final class FromTheRight implements Iterator<String> {
  private final String line;
  private int end;

  FromTheRight(String line) {
    this.line = line;
    this.end = line.length();
  }

  @Override
  public boolean hasNext() {
    return end >= 0;
  }

  @Override
  public String next() {
    if (end < 0) {
      throw new NoSuchElementException();
    }
    boolean quoted = false;
    int comma = end - 1;
    while (comma >= 0 && (quoted || line.charAt(comma) != ',')) {
      if (line.charAt(comma) == '"' && !isEscaped(comma)) {
        quoted = !quoted;
      }
      comma--;
    }
    String entry = line.substring(comma + 1, end);
    end = comma;
    return entry;
  }

  /** Returns whether an odd number of backslashes stands before a character. */
  private boolean isEscaped(int at) {
    int backslashes = 0;
    while (at - backslashes > 0 && line.charAt(at - backslashes - 1) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
