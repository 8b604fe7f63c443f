package io.github.ratelimiter.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request that code describes, and no container has received: for example to ask what rules would
 * do to it, or for a test. Immutable.
 *
 * <pre>{@code
 * DescribedRequest.of("POST", "/login").withRemoteAddress("192.0.2.1").withUser("42")
 * }</pre>
 *
 * <p>No method accepts null. Each {@code with} copies the request.
 */
public final class DescribedRequest implements HttpRequest {
  private final String method;
  private final String path;
  private final Optional<String> query;

  /** By the name in lower case. */
  private final Map<String, List<String>> headers;

  private final Optional<String> remoteAddress;
  private final Optional<String> user;
  private final Map<String, Object> attributes;

  private DescribedRequest(
      String method,
      String path,
      Optional<String> query,
      Map<String, List<String>> headers,
      Optional<String> remoteAddress,
      Optional<String> user,
      Map<String, Object> attributes) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.remoteAddress = remoteAddress;
    this.user = user;
    this.attributes = attributes;
  }

  /**
   * Returns a request that has a method and a path, and nothing else.
   *
   * @param method for example {@code GET}
   * @param path the path, decoded and without the query, as {@link HttpRequest#path} describes it
   * @return a request
   */
  public static DescribedRequest of(String method, String path) {
    return new DescribedRequest(
        Objects.requireNonNull(method, "method"),
        Objects.requireNonNull(path, "path"),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /**
   * Returns this request with another query.
   *
   * @param query as it would be sent, for example {@code page=2&size=50}
   * @return a request
   */
  public DescribedRequest withQuery(String query) {
    return new DescribedRequest(
        method, path, Optional.of(query), headers, remoteAddress, user, attributes);
  }

  /**
   * Returns this request with one more line of a header.
   *
   * @param name the name, in any case
   * @param value the value; it follows those that the header has already
   * @return a request
   */
  public DescribedRequest withHeader(String name, String value) {
    List<String> values = new ArrayList<>(headers(name));
    values.add(value);
    Map<String, List<String>> more = new HashMap<>(headers);
    more.put(name.toLowerCase(Locale.ROOT), List.copyOf(values));
    return new DescribedRequest(method, path, query, more, remoteAddress, user, attributes);
  }

  /**
   * Returns this request from another address.
   *
   * @param address for example {@code 192.0.2.1}
   * @return a request
   */
  public DescribedRequest withRemoteAddress(String address) {
    return new DescribedRequest(
        method, path, query, headers, Optional.of(address), user, attributes);
  }

  /**
   * Returns this request of another user.
   *
   * @param name the name of the principal
   * @return a request
   */
  public DescribedRequest withUser(String name) {
    return new DescribedRequest(
        method, path, query, headers, remoteAddress, Optional.of(name), attributes);
  }

  /**
   * Returns this request with an attribute. It replaces the one of the same name.
   *
   * @param name the name
   * @param value the value; it is not copied
   * @return a request
   */
  public DescribedRequest withAttribute(String name, Object value) {
    Map<String, Object> more = new HashMap<>(attributes);
    more.put(name, Objects.requireNonNull(value, "value"));
    return new DescribedRequest(method, path, query, headers, remoteAddress, user, more);
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
    return query;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public Optional<String> remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Optional<String> user() {
    return user;
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  /** Returns a text for logs, for example {@code GET /orders/42}. It has no personal data. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
