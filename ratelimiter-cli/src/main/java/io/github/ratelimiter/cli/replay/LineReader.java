package io.github.ratelimiter.cli.replay;

import java.io.IOException;
import java.io.InputStream;

/**
 * Splits a stream into lines that end with LF or CRLF, in place and in bounded memory: of a line
 * beyond {@value #LONGEST} bytes only the beginning is kept.
 */
final class LineReader {
  /** The longest line that is kept whole. */
  static final int LONGEST = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[4 * LONGEST];
  private int filled;
  private int next;
  private int begin;
  private int end;
  private boolean cut;
  private long number;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** Moves to the next line; false where there is none. */
  boolean next() throws IOException {
    begin = next;
    cut = false;
    int at = begin;
    while (true) {
      while (at < filled && buffer[at] != '\n') {
        at++;
      }
      if (at < filled) {
        return line(at, at + 1);
      }
      if (at - begin > LONGEST) {
        cut = true;
        int following = skipLine();
        return line(begin + LONGEST, following);
      }
      int length = at - begin;
      if (!fill()) {
        next = filled;
        return length > 0 && line(begin + length, filled);
      }
      at = begin + length;
    }
  }

  /** The bytes that hold the line. */
  byte[] bytes() {
    return buffer;
  }

  /** Where the line begins. */
  int begin() {
    return begin;
  }

  /** Where the line ends, without what ended it. */
  int end() {
    return end;
  }

  /** Whether only the beginning of the line is here. */
  boolean cut() {
    return cut;
  }

  /** The number of the line, the first being 1. */
  long number() {
    return number;
  }

  /** Whether the line holds nothing but white space. */
  boolean blank() {
    for (int at = begin; at < end; at++) {
      if (buffer[at] != ' ' && buffer[at] != '\t') {
        return false;
      }
    }
    return true;
  }

  private boolean line(int end, int next) {
    boolean over = end - begin > LONGEST;
    cut |= over;
    this.end = over ? begin + LONGEST : end;
    if (!cut && end > begin && buffer[end - 1] == '\r') {
      this.end--;
    }
    this.next = next;
    number++;
    return true;
  }

  /** Drops the rest of a long line, keeping its beginning; returns where the next one begins. */
  private int skipLine() throws IOException {
    System.arraycopy(buffer, begin, buffer, 0, LONGEST);
    begin = 0;
    int kept = LONGEST;
    while (true) {
      int read = in.read(buffer, kept, buffer.length - kept);
      if (read < 0) {
        filled = kept;
        return kept;
      }
      filled = kept + read;
      for (int at = kept; at < filled; at++) {
        if (buffer[at] == '\n') {
          return at + 1;
        }
      }
    }
  }

  /** Reads more behind the line, which may move; false at the end of the stream. */
  private boolean fill() throws IOException {
    if (buffer.length - filled < LONGEST) {
      System.arraycopy(buffer, begin, buffer, 0, filled - begin);
      filled -= begin;
      begin = 0;
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      return false;
    }
    filled += read;
    return true;
  }
}
