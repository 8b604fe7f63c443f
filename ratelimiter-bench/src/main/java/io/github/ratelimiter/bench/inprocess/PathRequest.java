package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.http.HttpRequest;
import java.util.List;
import java.util.Optional;

/** A request that has only a path. */
record PathRequest(String path) implements HttpRequest {
  @Override
  public String method() {
    return "GET";
  }

  @Override
  public Optional<String> query() {
    return Optional.empty();
  }

  @Override
  public List<String> headers(String name) {
    return List.of();
  }

  @Override
  public Optional<String> remoteAddress() {
    return Optional.empty();
  }

  @Override
  public Optional<String> user() {
    return Optional.empty();
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.empty();
  }
}
