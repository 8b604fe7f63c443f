package io.github.ratelimiter.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that are written to a container's stream. */
final class CountingStream extends ServletOutputStream {
  private final ServletOutputStream container;
  private final AtomicLong bytes;

  CountingStream(ServletOutputStream container, AtomicLong bytes) {
    this.container = container;
    this.bytes = bytes;
  }

  @Override
  public void write(int b) throws IOException {
    container.write(b);
    bytes.incrementAndGet();
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    container.write(b, off, len);
    bytes.addAndGet(len);
  }

  @Override
  public void flush() throws IOException {
    container.flush();
  }

  @Override
  public void close() throws IOException {
    container.close();
  }

  @Override
  public boolean isReady() {
    return container.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    container.setWriteListener(listener);
  }
}
