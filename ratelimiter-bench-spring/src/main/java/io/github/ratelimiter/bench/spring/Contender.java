package io.github.ratelimiter.bench.spring;

import com.giffing.bucket4j.spring.boot.starter.filter.servlet.ServletRateLimitFilter;
import io.github.ratelimiter.servlet.RateLimitFilter;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.stream.Stream;

/** What limits an application. Each has one limit for each address, and one for all calls. */
public enum Contender {
  /** Nothing. */
  NONE(Filter.class, Greeting.Unlimited.class) {
    @Override
    List<String> properties(long limit) {
      return List.of();
    }
  },

  /** Bucket4j's starter on a JCache of Caffeine, in this process, with the header that it sends. */
  BUCKET4J(ServletRateLimitFilter.class, Greeting.OfBucket4j.class) {
    @Override
    List<String> properties(long limit) {
      String filter = "bucket4j.filters[0].";
      String bandwidth = filter + "rate-limits[0].bandwidths[0].";
      String method = "bucket4j.methods[0].";
      return List.of(
          "spring.cache.type=jcache",
          "bucket4j.enabled=true",
          filter + "cache-name=buckets",
          filter + "url=.*",
          filter + "rate-limits[0].cache-key=getRemoteAddr()",
          bandwidth + "capacity=" + limit,
          bandwidth + "time=1",
          bandwidth + "unit=hours",
          method + "name=all",
          method + "cache-name=buckets",
          method + "rate-limit.bandwidths[0].capacity=" + limit,
          method + "rate-limit.bandwidths[0].time=1",
          method + "rate-limit.bandwidths[0].unit=hours");
    }
  },

  /** Resilience4j's annotation. It has no filter. */
  RESILIENCE4J(Filter.class, Greeting.OfResilience4j.class) {
    @Override
    List<String> properties(long limit) {
      return List.of(Resilience4j.LIMIT + "=" + limit);
    }
  },

  /** Ours with the defaults: the store in process, the two headers of the draft. */
  OURS(RateLimitFilter.class, Greeting.OfOurs.class) {
    @Override
    List<String> properties(long limit) {
      return List.of(
          "ratelimiter.enabled=true",
          "ratelimiter.policies.all=" + limit + "/h",
          "ratelimiter.web.limits[0].policy=all",
          "ratelimiter.web.limits[0].key=ip");
    }
  },

  /** Ours without headers. */
  OURS_NO_HEADERS(OURS) {
    @Override
    List<String> properties(long limit) {
      return Stream.concat(
              OURS.properties(limit).stream(), Stream.of("ratelimiter.web.headers=none"))
          .toList();
    }
  };

  private final Class<?> filter;
  private final Class<? extends Greeting> bean;

  Contender(Class<?> filter, Class<? extends Greeting> bean) {
    this.filter = filter;
    this.bean = bean;
  }

  Contender(Contender other) {
    this(other.filter, other.bean);
  }

  /**
   * Returns the properties that configure it.
   *
   * @param limit how many requests an address has in an hour, and how many calls all have together
   */
  abstract List<String> properties(long limit);

  /** Returns the type of its filter; any if it has none. */
  Class<?> filter() {
    return filter;
  }

  /** Returns the bean with the method that it limits. */
  Class<? extends Greeting> bean() {
    return bean;
  }
}
