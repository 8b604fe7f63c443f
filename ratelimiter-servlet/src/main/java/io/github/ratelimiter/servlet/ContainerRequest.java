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

  @Override
  public String path() {
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
