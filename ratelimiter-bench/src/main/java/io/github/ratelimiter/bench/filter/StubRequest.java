package io.github.ratelimiter.bench.filter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request with an address and attributes. */
final class StubRequest extends HttpServletRequestWrapper {
  private static final HttpServletRequest NOTHING = Nothing.of(HttpServletRequest.class);

  private final Map<String, Object> attributes = new HashMap<>();

  StubRequest() {
    super(NOTHING);
  }

  @Override
  public String getMethod() {
    return "GET";
  }

  @Override
  public String getServletPath() {
    return "/hello";
  }

  @Override
  public @Nullable String getPathInfo() {
    return null;
  }

  @Override
  public String getRemoteAddr() {
    return "192.0.2.1";
  }

  @Override
  public DispatcherType getDispatcherType() {
    return DispatcherType.REQUEST;
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void setAttribute(String name, Object value) {
    attributes.put(name, value);
  }
}
