package io.github.ratelimiter.server.check;

import io.github.ratelimiter.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that another program has received and wants to have checked. Immutable.
 *
 * @param userId the authenticated user
 * @param apiKey the API key, which the other program knows to be valid
 * @param ipAddress the address of the client
 * @param endpoint the path, with or without a query; it begins with a slash
 * @param method the method
 * @param tier the tier of the user
 * @param attributes anything else that rules ask for
 * @param cost how often the request counts, at least 1
 */
public record CheckedRequest(
    Optional<String> userId,
    Optional<String> apiKey,
    Optional<String> ipAddress,
    String endpoint,
    String method,
    Optional<String> tier,
    Map<String, Object> attributes,
    long cost)
    implements HttpRequest {
  /** The highest cost of a request. */
  public static final long HIGHEST_COST = 1_000_000_000;

  /** The header in which rules find the API key. */
  static final String API_KEY = "X-API-Key";

  private static final String TIER = "tier";

  /** Copies the map. */
  public CheckedRequest {
    attributes = Map.copyOf(attributes);
  }

  /** Returns a GET request of a user that counts once. */
  public static CheckedRequest of(String user, String endpoint) {
    return new CheckedRequest(
        Optional.of(user),
        Optional.empty(),
        Optional.empty(),
        endpoint,
        "GET",
        Optional.empty(),
        Map.of(),
        1);
  }

  @Override
  public String path() {
    int query = endpoint.indexOf('?');
    return query < 0 ? endpoint : endpoint.substring(0, query);
  }

  @Override
  public Optional<String> query() {
    int query = endpoint.indexOf('?');
    return query < 0 ? Optional.empty() : Optional.of(endpoint.substring(query + 1));
  }

  /** A header is an attribute with its name. */
  @Override
  public List<String> headers(String name) {
    if (name.equalsIgnoreCase(API_KEY)) {
      return apiKey.stream().toList();
    }
    return attributes.entrySet().stream()
        .filter(attribute -> attribute.getKey().equalsIgnoreCase(name))
        .map(attribute -> attribute.getValue().toString())
        .toList();
  }

  @Override
  public Optional<String> remoteAddress() {
    return ipAddress;
  }

  @Override
  public Optional<String> user() {
    return userId;
  }

  @Override
  public Optional<Object> attribute(String name) {
    return name.equals(TIER) && tier.isPresent()
        ? tier.map(Object.class::cast)
        : Optional.ofNullable((@Nullable Object) attributes.get(name));
  }
}
