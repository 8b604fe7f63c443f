package io.github.ratelimiter.bench.spring;

import com.giffing.bucket4j.spring.boot.starter.context.RateLimiting;
import io.github.ratelimiter.spring.RateLimited;
import io.github.resilience4j.ratelimiter.annotation.RateLimiter;

/** A bean with a method that does nothing. */
public interface Greeting {
  /** Returns a constant. */
  String greet();

  /** Without a limit. */
  class Unlimited implements Greeting {
    @Override
    public String greet() {
      return "hello";
    }
  }

  /** With the annotation of Bucket4j's starter. */
  class OfBucket4j implements Greeting {
    @Override
    @RateLimiting(name = "all", cacheKey = "'all'")
    public String greet() {
      return "hello";
    }
  }

  /** With the annotation of Resilience4j. */
  class OfResilience4j implements Greeting {
    @Override
    @RateLimiter(name = "all")
    public String greet() {
      return "hello";
    }
  }

  /** With ours. */
  class OfOurs implements Greeting {
    @Override
    @RateLimited("all")
    public String greet() {
      return "hello";
    }
  }
}
