package io.github.ratelimiter.observe;

import java.io.Flushable;
import java.io.IOException;
import java.util.function.Consumer;

/** Where lines go. Called by one thread at a time. */
interface LineWriter {
  /**
   * Writes a line.
   *
   * @param line without an end of line
   */
  void write(String line) throws IOException;

  /** Called when no further line waits. */
  void flush() throws IOException;

  static LineWriter to(Consumer<? super String> lines) {
    return new LineWriter() {
      @Override
      public void write(String line) {
        lines.accept(line);
      }

      @Override
      public void flush() {}
    };
  }

  static LineWriter to(Appendable out) {
    return new LineWriter() {
      @Override
      public void write(String line) throws IOException {
        out.append(line).append('\n');
      }

      @Override
      public void flush() throws IOException {
        if (out instanceof Flushable flushable) {
          flushable.flush();
        }
      }
    };
  }
}
