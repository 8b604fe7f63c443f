package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.net.IpAddress;
import java.util.List;
import java.util.Optional;

/** A request with one form of its path. */
record Reading(Subject request, NormalPath path) implements Subject {
  @Override
  public String method() {
    return request.method();
  }

  @Override
  public List<String> headers(String name) {
    return request.headers(name);
  }

  @Override
  public List<String> parameters(String name) {
    return request.parameters(name);
  }

  @Override
  public Optional<String> user() {
    return request.user();
  }

  @Override
  public Optional<String> apiKey() {
    return request.apiKey();
  }

  @Override
  public Optional<String> sentApiKey() {
    return request.sentApiKey();
  }

  @Override
  public Optional<String> tier() {
    return request.tier();
  }

  @Override
  public Optional<IpAddress> address() {
    return request.address();
  }

  @Override
  public Optional<Object> attribute(String name) {
    return request.attribute(name);
  }

  @Override
  public long cost() {
    return request.cost();
  }
}
