package io.github.ratelimiter.http;

import io.github.ratelimiter.Key;
import io.github.ratelimiter.net.IpAddress;
import io.github.ratelimiter.observe.KeyHash;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Chooses the key of a request: who or what is counted. Implementations must be thread-safe.
 *
 * <pre>{@code
 * RequestKey client =
 *     RequestKey.apiKey("X-API-Key", apiKeys::isKnown)
 *         .orElse(RequestKey.user())
 *         .orElse(RequestKey.address(ClientAddress.ofConnection()));
 * }</pre>
 */
@FunctionalInterface
public interface RequestKey {
  /**
   * Returns the key of a request.
   *
   * @param request the request
   * @return empty if the request has no such key; then a limit with this key does not apply
   */
  Optional<Key> of(HttpRequest request);

  /**
   * Returns the key of an API key in a header. An API key that is not known is no key: a client
   * that invents API keys is counted by what follows in {@link #orElse}.
   *
   * @param header the name of the header, for example {@code X-API-Key}
   * @param isKnown whether an API key is valid; it is called for each request
   * @return a key such as {@code api-key:k7f3}; the API key itself, so consider {@link #hashed}
   */
  static RequestKey apiKey(String header, Predicate<? super String> isKnown) {
    return request ->
        request
            .header(header)
            .filter(apiKey -> !apiKey.isEmpty() && isKnown.test(apiKey))
            .map(Key::apiKey);
  }

  /**
   * Returns the key of an API key in a header, which must have been verified before, for example by
   * a filter that rejects requests with an unknown one. Otherwise a client can invent an API key
   * for each request, and each of them has the whole limit.
   *
   * @param header the name of the header, for example {@code X-API-Key}
   * @return a key such as {@code api-key:k7f3}; the API key itself, so consider {@link #hashed}
   */
  static RequestKey apiKey(String header) {
    return apiKey(header, apiKey -> true);
  }

  /**
   * Returns the key of the authenticated user.
   *
   * @return a key such as {@code user:42}; none for an anonymous request
   */
  static RequestKey user() {
    return request -> request.user().map(Key::user);
  }

  /**
   * Returns the key of an attribute of the request, for example of a claim that the application has
   * verified.
   *
   * @param attribute the name of the attribute; its value is used as text
   * @param part the name of the part of the key, for example {@code tenant}
   * @return a key such as {@code tenant:7}; none without the attribute
   * @throws IllegalArgumentException if {@link Key#of} does not accept the name of the part
   */
  static RequestKey attribute(String attribute, String part) {
    Key unused = Key.of(part, ""); // Checks the name.
    return request ->
        request.attribute(attribute).map(value -> Key.of(part, String.valueOf(value)));
  }

  /**
   * Returns the key of the client's address: the address of IPv4, the /64 network of IPv6.
   *
   * @param address how the address is found
   * @return a key such as {@code ip:192.0.2.1} or {@code ip:2001:db8::/64}
   */
  static RequestKey address(ClientAddress address) {
    return request -> address.of(request).map(IpAddress::clientKey).map(Key::ip);
  }

  /**
   * Returns the key of the network of the client's address.
   *
   * @param address how the address is found
   * @param ipv4Bits the length of the prefix of an IPv4 address, 0 to 32
   * @param ipv6Bits the length of the prefix of an IPv6 address, 0 to 128
   * @return a key such as {@code ip:192.0.2.0/24} or {@code ip:2001:db8::/48}
   */
  static RequestKey address(ClientAddress address, int ipv4Bits, int ipv6Bits) {
    return request ->
        address.of(request).map(found -> Key.ip(found.network(ipv4Bits, ipv6Bits).toString()));
  }

  /**
   * Returns the key of the path. A client can choose any path, so combine it with a key of the
   * client or bound the number of paths.
   *
   * @return a key such as {@code endpoint:/pay}
   */
  static RequestKey endpoint() {
    return request -> Optional.of(Key.endpoint(request.path()));
  }

  /**
   * Returns the key that all requests share.
   *
   * @return {@code global}
   */
  static RequestKey global() {
    return request -> Optional.of(Key.global());
  }

  /**
   * Returns this key, or another one for requests that do not have this key.
   *
   * @param other the other key
   * @return a key
   */
  default RequestKey orElse(RequestKey other) {
    return request -> of(request).or(() -> other.of(request));
  }

  /**
   * Returns this key together with another one, for example a user and an endpoint.
   *
   * @param other the part that follows
   * @return a key such as {@code user:42|endpoint:/pay}; none if one of the two is missing
   */
  default RequestKey and(RequestKey other) {
    return request -> of(request).flatMap(key -> other.of(request).map(key::and));
  }

  /**
   * Returns a pseudonym of this key, so that API keys and user IDs do not reach the store, the logs
   * or the traces. All processes that share a store need the same secret.
   *
   * @param hash the hash with its secret
   * @return a key such as {@code hashed:9f86d081884c7d659a2feaa0c55ad015}
   */
  default RequestKey hashed(KeyHash hash) {
    return request -> of(request).map(key -> Key.of("hashed", hash.of(key.text())));
  }
}
