package io.github.ratelimiter.bench.limiter;

/** A limiter in this process, as JMH measures it. */
@FunctionalInterface
public interface KeyedLimiter {
  /** Takes one permit of a key. Returns false if there is none. */
  boolean tryAcquire(String key);
}
