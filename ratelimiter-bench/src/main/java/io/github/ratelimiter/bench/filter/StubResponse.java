package io.github.ratelimiter.bench.filter;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/** A response that remembers its last header. */
final class StubResponse extends HttpServletResponseWrapper {
  private static final int OK = 200;

  private @Nullable String last;

  StubResponse() {
    super(Nothing.of(HttpServletResponse.class));
  }

  @Override
  public void setHeader(String name, String value) {
    last = value;
  }

  @Override
  public int getStatus() {
    return OK;
  }

  @Override
  public boolean isCommitted() {
    return false;
  }

  @Override
  public String toString() {
    return String.valueOf(last);
  }
}
