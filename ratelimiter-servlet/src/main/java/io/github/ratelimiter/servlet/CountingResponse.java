package io.github.ratelimiter.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of a response's body as the application writes them. What is written is passed
 * on immediately, so the container's buffer, and when it is committed, stay as they are.
 */
final class CountingResponse extends HttpServletResponseWrapper {
  private final LongAdder bytes;
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;

  CountingResponse(HttpServletResponse response, LongAdder bytes) {
    super(response);
    this.bytes = bytes;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream made = stream;
    if (made == null) {
      made = new CountingStream(super.getOutputStream());
      stream = made;
    }
    return made;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter made = writer;
    if (made == null) {
      PrintWriter container = super.getWriter();
      made =
          new PrintWriter(new CountingWriter(container, Charset.forName(getCharacterEncoding()))) {
            @Override
            public boolean checkError() {
              return container.checkError();
            }
          };
      writer = made;
    }
    return made;
  }

  private final class CountingWriter extends Writer {
    private final Writer out;
    private final Charset charset;

    CountingWriter(Writer out, Charset charset) {
      this.out = out;
      this.charset = charset;
    }

    @Override
    public void write(char[] text, int off, int len) throws IOException {
      out.write(text, off, len);
      bytes.add(encodedLength(text, off, len));
    }

    private long encodedLength(char[] text, int off, int len) {
      if (!charset.equals(StandardCharsets.UTF_8)) {
        return new String(text, off, len).getBytes(charset).length;
      }
      long length = 0;
      for (int i = off; i < off + len; i++) {
        char c = text[i];
        // The two halves of a pair are four bytes together, and may come in two calls.
        length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      }
      return length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  private final class CountingStream extends ServletOutputStream {
    private final ServletOutputStream out;

    CountingStream(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      bytes.increment();
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      out.write(b, off, len);
      bytes.add(len);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }
}
