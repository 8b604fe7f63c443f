package io.github.ratelimiter.bench.limiter;

/** A limiter that the JMH benchmarks call. */
@FunctionalInterface
public interface KeyedLimiter {
  /** Takes one permit if it is available. Returns false if the request is refused. */
  boolean tryAcquire(String key);
}
