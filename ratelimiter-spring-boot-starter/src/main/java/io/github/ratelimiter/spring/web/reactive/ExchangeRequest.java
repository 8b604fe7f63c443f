package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.server.PathContainer.Element;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.server.ServerWebExchange;

/**
 * A request of WebFlux.
 *
 * @param exchange the request and its response
 * @param user the name of the principal
 */
record ExchangeRequest(ServerWebExchange exchange, Optional<String> user) implements HttpRequest {
  @Override
  public String method() {
    return exchange.getRequest().getMethod().name();
  }

  /** Returns the segments as WebFlux compares them with patterns: decoded, without parameters. */
  @Override
  public String path() {
    return exchange.getRequest().getPath().pathWithinApplication().elements().stream()
        .map(ExchangeRequest::decoded)
        .collect(Collectors.joining());
  }

  private static String decoded(Element element) {
    return element instanceof PathSegment segment
        ? segment.valueToMatch().replace("/", "%2F")
        : element.value();
  }

  @Override
  public Optional<String> query() {
    return Optional.ofNullable(exchange.getRequest().getURI().getRawQuery());
  }

  @Override
  public List<String> headers(String name) {
    return exchange.getRequest().getHeaders().getOrEmpty(name);
  }

  @Override
  public Optional<String> remoteAddress() {
    InetSocketAddress address = exchange.getRequest().getRemoteAddress();
    if (address == null) {
      return Optional.empty();
    }
    return Optional.of(
        address.getAddress() == null
            ? address.getHostString()
            : address.getAddress().getHostAddress());
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(exchange.getAttribute(name));
  }
}
