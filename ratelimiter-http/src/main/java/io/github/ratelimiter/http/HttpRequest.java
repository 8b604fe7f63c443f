package io.github.ratelimiter.http;

import java.util.List;
import java.util.Optional;

/**
 * What a limiter reads of a request. A container's adapter implements it. The methods may be called
 * from the threads that the container allows for the request.
 */
public interface HttpRequest {
  /**
   * Returns the method.
   *
   * @return for example {@code GET}
   */
  String method();

  /**
   * Returns the path within the application, without the query. It is decoded once, but an encoded
   * slash stays {@code %2F}. If the container normalizes paths, this is the result, so that it is
   * the path that selects a handler.
   *
   * @return for example {@code /orders/42}
   */
  String path();

  /**
   * Returns the query, as it was sent.
   *
   * @return for example {@code page=2&size=50}; empty if the request does not have one
   */
  Optional<String> query();

  /**
   * Returns the values of a header, one for each line, in their order.
   *
   * @param name the name, in any case
   * @return an empty list if the request does not have the header
   */
  List<String> headers(String name);

  /**
   * Returns the first value of a header.
   *
   * @param name the name, in any case
   * @return empty if the request does not have the header
   */
  default Optional<String> header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /**
   * Returns the address of the other end of the connection: the client, or the proxy next to this
   * server.
   *
   * @return for example {@code 192.0.2.1}; empty if the connection has none
   */
  Optional<String> remoteAddress();

  /**
   * Returns the user that the application or the container has authenticated.
   *
   * @return the name of the principal; empty if the request is anonymous
   */
  Optional<String> user();

  /**
   * Returns an attribute of the request: a value that the application has put there, for example a
   * claim of a token that it has verified.
   *
   * @param name the name
   * @return empty if there is no such attribute
   */
  Optional<Object> attribute(String name);
}
