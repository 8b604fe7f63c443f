package io.github.ratelimiter.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of a response's body as the application writes them. What is written is passed
 * on immediately, so the container's buffer, and when it is committed, stay as they are. Bytes that
 * are discarded before they are sent do not count.
 */
final class CountingResponse extends HttpServletResponseWrapper {
  private final AtomicLong bytes;
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;

  CountingResponse(HttpServletResponse response, AtomicLong bytes) {
    super(response);
    this.bytes = bytes;
  }

  boolean countsIn(AtomicLong counter) {
    return bytes == counter;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream made = stream;
    if (made == null) {
      made = new CountingStream(super.getOutputStream(), bytes);
      stream = made;
    }
    return made;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter made = writer;
    if (made == null) {
      PrintWriter container = super.getWriter();
      made = CountingWriter.around(container, Charset.forName(getCharacterEncoding()), bytes);
      writer = made;
    }
    return made;
  }

  @Override
  public void reset() {
    super.reset();
    bytes.set(0);
    // The application may choose again between stream and writer, and another encoding.
    stream = null;
    writer = null;
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    bytes.set(0);
  }

  @Override
  public void sendError(int status) throws IOException {
    super.sendError(status);
    bytes.set(0);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    super.sendError(status, message);
    bytes.set(0);
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    super.sendRedirect(location);
    bytes.set(0);
  }
}
