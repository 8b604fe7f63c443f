package io.github.ratelimiter.redis;

/**
 * Gives the benchmarks access to a package-private setting: a store that makes one script call for
 * each request.
 */
public final class Unbatched {
  private Unbatched() {}

  /** Turns batching off and returns the builder. */
  public static RedisStateStoreBuilder of(RedisStateStoreBuilder builder) {
    return builder.plain();
  }
}
