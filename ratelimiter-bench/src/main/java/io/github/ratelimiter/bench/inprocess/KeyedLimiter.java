package io.github.ratelimiter.bench.inprocess;

/** What every contender is, to a benchmark. */
interface KeyedLimiter {
  /** Takes one permit of a key, or none. */
  boolean tryAcquire(String key);
}
