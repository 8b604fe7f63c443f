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

  /**
   * Returns what would apply to a request that is only asked about. Neither this method nor the
   * {@link FurtherCheck} that it returns may have an effect. Both may block.
   *
   * @param request the request
   * @return the limits of the request, or a denial; the default is that of {@link #of} without its
   *     further check
   */
  default RequestVerdict peek(HttpRequest request) {
    RequestVerdict verdict = of(request);
    return verdict instanceof RequestVerdict.Limited limited
        ? new RequestVerdict.Limited(limited.charges())
        : verdict;
  }
}
