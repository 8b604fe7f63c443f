package io.github.ratelimiter.bench.filter;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.servlet.RateLimitFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Filters that limit requests by address, so high that none is refused. */
public enum FilterContender {
  /** Passes on all requests. */
  NONE {
    @Override
    Filter filter() {
      return (request, response, chain) -> chain.doFilter(request, response);
    }
  },

  /** A bucket for each address, and one header with what remains, without a bound of the map. */
  BUCKET4J_BY_HAND {
    @Override
    Filter filter() {
      Map<String, Bucket> buckets = new ConcurrentHashMap<>();
      return (request, response, chain) -> {
        Bucket bucket =
            buckets.computeIfAbsent(
                request.getRemoteAddr(),
                address ->
                    Bucket.builder()
                        .addLimit(
                            limit -> limit.capacity(MANY).refillGreedy(MANY, Duration.ofSeconds(1)))
                        .build());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        HttpServletResponse answer = (HttpServletResponse) response;
        if (probe.isConsumed()) {
          answer.setHeader("X-Rate-Limit-Remaining", Long.toString(probe.getRemainingTokens()));
          chain.doFilter(request, response);
        } else {
          answer.setStatus(429);
        }
      };
    }
  },

  /** Ours without headers. */
  OURS_NO_HEADERS {
    @Override
    Filter filter() {
      return ours(RateLimitHeaders.none());
    }
  },

  /** Ours with three headers of the limit that binds. */
  OURS_LEGACY {
    @Override
    Filter filter() {
      return ours(RateLimitHeaders.legacy());
    }
  },

  /** Ours with the two structured headers of the draft, the default. */
  OURS_DRAFT {
    @Override
    Filter filter() {
      return ours(RateLimitHeaders.draft());
    }
  };

  private static final long MANY = 1_000_000_000;

  abstract Filter filter();

  private static Filter ours(RateLimitHeaders headers) {
    RateLimiter limiter =
        RateLimiter.of(
            "addresses", MANY + "/s", LocalStateStore.builder().maximumKeys(10_000).build());
    return new RateLimitFilter(
        HttpLimiter.builder()
            .limit(limiter, RequestKey.address(ClientAddress.ofConnection()))
            .headers(headers)
            .build());
  }
}
