package io.github.ratelimiter.cli.replay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream into lines that end with LF or CRLF, in bounded memory: of a line beyond {@value
 * #LONGEST} bytes only the beginning is kept. Each character of a line is a byte of the stream.
 */
final class LineReader {
  /** The longest line that is kept whole. */
  static final int LONGEST = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[LONGEST];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int at;
  private int filled;
  private boolean cut;
  private long number;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** The next line; null if there is none. */
  @Nullable String next() throws IOException {
    line.reset();
    cut = false;
    while (at < filled || fill()) {
      int begin = at;
      while (at < filled && buffer[at] != '\n') {
        at++;
      }
      if (at < filled && line.size() == 0) {
        at++;
        return text(buffer, begin, at - 1);
      }
      int kept = Math.min(at - begin, LONGEST - line.size());
      cut |= kept < at - begin;
      line.write(buffer, begin, kept);
      if (at < filled) {
        at++;
        return text(line.toByteArray(), 0, line.size());
      }
    }
    return line.size() == 0 ? null : text(line.toByteArray(), 0, line.size());
  }

  private String text(byte[] bytes, int begin, int end) {
    number++;
    boolean carriageReturn = !cut && end > begin && bytes[end - 1] == '\r';
    int length = end - begin - (carriageReturn ? 1 : 0);
    return new String(bytes, begin, length, StandardCharsets.ISO_8859_1);
  }

  private boolean fill() throws IOException {
    at = 0;
    filled = Math.max(in.read(buffer, 0, buffer.length), 0);
    return filled > 0;
  }

  /** Whether only the beginning of the last line was kept. */
  boolean cut() {
    return cut;
  }

  /** The number of the last line, the first being 1. */
  long number() {
    return number;
  }
}
