package io.github.ratelimiter.servlet;

import io.github.ratelimiter.http.HttpRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;

/**
 * A request of the container.
 *
 * @param request the request; its servlet path and path info are decoded and normalized
 */
record ContainerRequest(HttpServletRequest request) implements HttpRequest {
  @Override
  public String method() {
    return request.getMethod();
  }

  /**
   * Returns the path as it was sent if the container does not decode it: Jetty throws an exception
   * if a segment is ambiguous, for example {@code %2e%2e} or {@code ..;x}, and is accepted by its
   * settings. The servlet may be called nevertheless, so such a request must be counted.
   */
  @Override
  public String path() {
    try {
      return decodedPath();
    } catch (IllegalArgumentException e) {
      return request.getRequestURI();
    }
  }

  private String decodedPath() {
    String info = request.getPathInfo();
    return info == null ? request.getServletPath() : request.getServletPath() + info;
  }

  @Override
  public Optional<String> query() {
    return Optional.ofNullable(request.getQueryString());
  }

  @Override
  public List<String> headers(String name) {
    Enumeration<String> values = request.getHeaders(name);
    return values == null ? List.of() : Collections.list(values);
  }

  @Override
  public Optional<String> remoteAddress() {
    return Optional.ofNullable(request.getRemoteAddr());
  }

  @Override
  public Optional<String> user() {
    return Optional.ofNullable(request.getUserPrincipal()).map(Principal::getName);
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(request.getAttribute(name));
  }
}
