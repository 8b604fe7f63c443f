package io.github.ratelimiter.http;

import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.RateLimiter;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * One limit on requests: a limiter, the key that is counted, and how much a request costs.
 * Immutable and thread-safe.
 *
 * <pre>{@code
 * RequestLimit.of(logins, RequestKey.address(ClientAddress.ofConnection()))
 *     .settledBy(ResponseCost.onlyStatus(401))
 * }</pre>
 */
public final class RequestLimit implements RequestLimits {
  private final RateLimiter limiter;
  private final RequestKey key;
  private final ToLongFunction<? super HttpRequest> permits;
  private final Optional<ResponseCost> responseCost;
  private final boolean observed;

  private RequestLimit(
      RateLimiter limiter,
      RequestKey key,
      ToLongFunction<? super HttpRequest> permits,
      Optional<ResponseCost> responseCost,
      boolean observed) {
    this.limiter = limiter;
    this.key = key;
    this.permits = permits;
    this.responseCost = responseCost;
    this.observed = observed;
  }

  /**
   * Returns a limit that takes one permit for each request.
   *
   * @param limiter the limiter
   * @param key who or what is counted; the limit does not apply to requests without this key
   * @return a limit
   */
  public static RequestLimit of(RateLimiter limiter, RequestKey key) {
    return new RequestLimit(limiter, key, request -> 1, Optional.empty(), false);
  }

  /**
   * Returns this limit with another cost.
   *
   * @param permits the permits of a request; if 0, the limit does not apply to it
   * @return a limit
   */
  public RequestLimit permits(ToLongFunction<? super HttpRequest> permits) {
    return new RequestLimit(limiter, key, permits, responseCost, observed);
  }

  /**
   * Returns this limit with a cost that is known after the response. The permits of the request are
   * reserved before it, so that no number of requests at the same time exceeds the limit. After the
   * response, those that were not used are returned, and what was used beyond them is charged; see
   * {@link io.github.ratelimiter.Reservation#settle(long)}. Use a window or a log: a fast bucket
   * may already have refilled the permits that would be returned.
   *
   * @param cost decides how many permits were used
   * @return a limit
   */
  public RequestLimit settledBy(ResponseCost cost) {
    return new RequestLimit(limiter, key, permits, Optional.of(cost), observed);
  }

  /**
   * Returns this limit as one that is counted and reported, but never refuses. Use it to try out a
   * new limit.
   *
   * @return a limit
   */
  public RequestLimit observed() {
    return new RequestLimit(limiter, key, permits, responseCost, true);
  }

  @Override
  public RequestVerdict of(HttpRequest request) {
    long cost = permits.applyAsLong(request);
    if (cost < 0) {
      throw new IllegalArgumentException(
          "a request costs %d permits of %s; it must be 0 or more".formatted(cost, limiter));
    }
    return cost == 0
        ? RequestVerdict.unlimited()
        : key.of(request)
            .map(found -> RequestVerdict.limited(charge(found, cost)))
            .orElseGet(RequestVerdict::unlimited);
  }

  private RequestCharge charge(Key found, long cost) {
    JointLimiter.Part part = limiter.part(found.text()).permits(cost);
    return new RequestCharge(observed ? part.observed() : part, responseCost);
  }

  /** Returns the limiter, as a text. */
  @Override
  public String toString() {
    return (observed ? "observed " : "") + limiter;
  }
}
