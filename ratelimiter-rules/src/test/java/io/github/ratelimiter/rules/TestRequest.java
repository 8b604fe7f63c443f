package io.github.ratelimiter.rules;

import io.github.ratelimiter.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request of a test. */
final class TestRequest implements HttpRequest {
  private final String path;
  private final Map<String, String> headers = new HashMap<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private Optional<String> user = Optional.empty();
  private String address = "192.0.2.1";
  private String method = "GET";

  private TestRequest(String path) {
    this.path = path;
  }

  static TestRequest get(String path) {
    return new TestRequest(path);
  }

  static TestRequest head(String path) {
    TestRequest request = new TestRequest(path);
    request.method = "HEAD";
    return request;
  }

  TestRequest by(String user) {
    this.user = Optional.of(user);
    return this;
  }

  TestRequest from(String address) {
    this.address = address;
    return this;
  }

  TestRequest header(String name, String value) {
    headers.put(name.toLowerCase(Locale.ROOT), value);
    return this;
  }

  TestRequest with(String attribute, Object value) {
    attributes.put(attribute, value);
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
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).stream().toList();
  }

  @Override
  public Optional<String> remoteAddress() {
    return Optional.of(address);
  }

  @Override
  public Optional<String> user() {
    return user;
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }
}
