package io.github.ratelimiter.redis;

/**
 * Gives benchmarks a store that makes a script call for each request. Applications have no use for
 * it.
 */
public final class Unbatched {
  private Unbatched() {}

  /** Returns the builder, set to make a call for each request. */
  public static RedisStateStoreBuilder of(RedisStateStoreBuilder builder) {
    return builder.plain();
  }
}
