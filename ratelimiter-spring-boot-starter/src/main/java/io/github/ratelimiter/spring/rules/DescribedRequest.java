package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.http.HttpRequest;
import java.util.List;
import java.util.Optional;

/**
 * A request that nobody has sent.
 *
 * @param method the method
 * @param path the path, without the query
 * @param query the query
 * @param remoteAddress the address of the client
 * @param user the name of the user
 */
record DescribedRequest(
    String method,
    String path,
    Optional<String> query,
    Optional<String> remoteAddress,
    Optional<String> user)
    implements HttpRequest {
  @Override
  public List<String> headers(String name) {
    return List.of();
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.empty();
  }
}
