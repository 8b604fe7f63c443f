package io.github.ratelimiter.bench.spring;

/** Limits of contenders. */
final class Limits {
  /** The largest number that all of them accept: ten hours of calls of 20 ns each. */
  static final long NONE_IS_REFUSED = 2_000_000_000;

  private Limits() {}
}
