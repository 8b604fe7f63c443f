package io.github.ratelimiter.servlet;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of what is written to a container's writer. The text is encoded a second time,
 * because the container does not tell how many bytes it makes of it.
 */
final class CountingWriter extends Writer {
  private final PrintWriter container;
  private final Writer encoder;

  private CountingWriter(PrintWriter container, Charset charset, AtomicLong bytes) {
    this.container = container;
    this.encoder = new OutputStreamWriter(new Counter(bytes), charset);
  }

  static PrintWriter around(PrintWriter container, Charset charset, AtomicLong bytes) {
    return new PrintWriter(new CountingWriter(container, charset, bytes)) {
      @Override
      public boolean checkError() {
        return container.checkError();
      }
    };
  }

  @Override
  public void write(char[] text, int off, int len) throws IOException {
    container.write(text, off, len);
    encoder.write(text, off, len);
    encoder.flush();
  }

  @Override
  public void flush() {
    container.flush();
  }

  @Override
  public void close() {
    container.close();
  }

  /** Counts bytes and forgets them. */
  private static final class Counter extends OutputStream {
    private final AtomicLong bytes;

    Counter(AtomicLong bytes) {
      this.bytes = bytes;
    }

    @Override
    public void write(int b) {
      bytes.incrementAndGet();
    }

    @Override
    public void write(byte[] b, int off, int len) {
      bytes.addAndGet(len);
    }
  }
}
