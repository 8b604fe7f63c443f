package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.net.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A subject of a test. */
final class TestSubject implements Subject {
  private final String method;
  private final NormalPath path;
  private final Map<String, List<String>> headers = new HashMap<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private String query = "";
  private Optional<String> user = Optional.empty();
  private Optional<String> apiKey = Optional.empty();
  private Optional<String> tier = Optional.empty();
  private Optional<IpAddress> address = Optional.empty();

  private TestSubject(String method, NormalPath path) {
    this.method = method;
    this.path = path;
  }

  static TestSubject get(String path) {
    return of("GET", path);
  }

  static TestSubject of(String method, String path) {
    return new TestSubject(method, NormalPath.of(path));
  }

  static TestSubject ignoringCase(String path) {
    return new TestSubject("GET", NormalPath.ignoringCase(path));
  }

  TestSubject by(String name) {
    user = Optional.of(name);
    return this;
  }

  TestSubject apiKey(String key) {
    apiKey = Optional.of(key);
    return this;
  }

  TestSubject tier(String name) {
    tier = Optional.of(name);
    return this;
  }

  TestSubject from(String text) {
    address = Optional.of(IpAddress.parse(text));
    return this;
  }

  TestSubject query(String text) {
    query = text;
    return this;
  }

  TestSubject header(String name, String... lines) {
    headers.put(name.toLowerCase(Locale.ROOT), List.of(lines));
    return this;
  }

  TestSubject attribute(String name, Object value) {
    attributes.put(name, value);
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public NormalPath path() {
    return path;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public List<String> parameters(String name) {
    return QueryParameters.parse(query).values(name);
  }

  @Override
  public Optional<String> user() {
    return user;
  }

  @Override
  public Optional<String> apiKey() {
    return apiKey;
  }

  @Override
  public Optional<String> sentApiKey() {
    return apiKey;
  }

  @Override
  public Optional<String> tier() {
    return tier;
  }

  @Override
  public Optional<IpAddress> address() {
    return address;
  }

  @Override
  public long cost() {
    return 1;
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  @Override
  public String toString() {
    return "%s %s by %s with %s".formatted(method, path.segments(), user, apiKey);
  }
}
