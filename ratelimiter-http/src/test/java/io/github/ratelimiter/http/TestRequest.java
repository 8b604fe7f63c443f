package io.github.ratelimiter.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request of a test. */
final class TestRequest implements HttpRequest {
  private final String method;
  private final String path;
  private final Map<String, List<String>> headers = new HashMap<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private String remoteAddress = "192.0.2.1";
  private String user;

  private TestRequest(String method, String path) {
    this.method = method;
    this.path = path;
  }

  static TestRequest get(String path) {
    return new TestRequest("GET", path);
  }

  static TestRequest of(String method, String path) {
    return new TestRequest(method, path);
  }

  TestRequest with(String header, String value) {
    headers.computeIfAbsent(header.toLowerCase(Locale.ROOT), name -> new ArrayList<>()).add(value);
    return this;
  }

  TestRequest from(String address) {
    remoteAddress = address;
    return this;
  }

  TestRequest by(String name) {
    user = name;
    return this;
  }

  TestRequest attribute(String name, Object value) {
    attributes.put(name, value);
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Optional<String> query() {
    return Optional.empty();
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public Optional<String> remoteAddress() {
    return Optional.ofNullable(remoteAddress);
  }

  @Override
  public Optional<String> user() {
    return Optional.ofNullable(user);
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }
}
