package io.github.ratelimiter.bench.service;

/** A client of a service. Not thread-safe. */
interface Caller extends AutoCloseable {
  /**
   * Makes a check, which is allowed.
   *
   * @throws IllegalStateException if it is not
   */
  void call();

  @Override
  void close();
}
