package io.github.ratelimiter.cli.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream into lines that end with LF or CRLF. The memory is bounded: a line longer than
 * {@value #LONGEST} bytes is truncated. Each character of a line is one byte of the stream.
 */
final class LineReader {
  /** The length of the longest line that is not truncated. */
  static final int LONGEST = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[LONGEST];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private boolean truncated;
  private long number;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** Returns the next line; null at the end of the stream. */
  @Nullable String next() throws IOException {
    line.reset();
    truncated = false;
    while (position < limit || fill()) {
      int begin = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      if (position < limit && line.size() == 0) {
        position++;
        return text(buffer, begin, position - 1);
      }
      int kept = Math.min(position - begin, LONGEST - line.size());
      truncated |= kept < position - begin;
      line.write(buffer, begin, kept);
      if (position < limit) {
        position++;
        return text(line.toByteArray(), 0, line.size());
      }
    }
    return line.size() == 0 ? null : text(line.toByteArray(), 0, line.size());
  }

  private String text(byte[] bytes, int begin, int end) {
    number++;
    boolean endsWithCr = !truncated && end > begin && bytes[end - 1] == '\r';
    int length = end - begin - (endsWithCr ? 1 : 0);
    return new String(bytes, begin, length, StandardCharsets.ISO_8859_1);
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(in.read(buffer, 0, buffer.length), 0);
    return limit > 0;
  }

  /** Returns whether the last line was truncated. */
  boolean truncated() {
    return truncated;
  }

  /** Returns the number of the last line. The first line has number 1. */
  long number() {
    return number;
  }
}
