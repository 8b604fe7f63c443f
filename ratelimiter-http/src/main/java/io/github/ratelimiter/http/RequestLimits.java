package io.github.ratelimiter.http;

/**
 * Chooses the limits of a request. All of them are decided together: the request is allowed only if
 * all limits allow it, and a refusal by one costs the others nothing. Implementations must be
 * thread-safe.
 */
@FunctionalInterface
public interface RequestLimits {
  /**
   * Returns what applies to a request.
   *
   * @param request the request
   * @return the limits of the request, or a denial
   */
  RequestVerdict of(HttpRequest request);
}
