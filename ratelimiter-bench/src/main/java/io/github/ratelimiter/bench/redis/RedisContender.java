package io.github.ratelimiter.bench.redis;

import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.ratelimiter.bench.limiter.Ours;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * The limiters that share Redis. Each has one client with one connection (Redisson: its own pool),
 * as a careful user would set it up.
 */
public enum RedisContender {
  /**
   * This library, completing futures on the thread that has the answer, as its peers do. Requests
   * made at the same time are sent as a batch.
   */
  OURS(Ours::direct),

  /** This library with its defaults: futures complete on its executor. */
  OURS_EXECUTOR(Ours::onExecutor),

  /** This library with a script call for each decision. */
  OURS_PLAIN(Ours::plain),

  /** This library behind its admission cache, with leases of 100 ms. */
  OURS_CACHE(Ours::cached),

  /** Bucket4j: reads, decides in the client, compares and swaps. */
  BUCKET4J((uri, quota) -> new Bucket4jLimiter(uri, quota, null)),

  /** Bucket4j with its optimization that merges the requests of one process. */
  BUCKET4J_BATCHING((uri, quota) -> new Bucket4jLimiter(uri, quota, Optimizations.batching())),

  /** Bucket4j with its optimization that spends first and reports every 100 ms. */
  BUCKET4J_DELAYING(
      (uri, quota) ->
          new Bucket4jLimiter(
              uri, quota, Optimizations.delaying(new DelayParameters(10_000_000, Ours.LEASE)))),

  /** Redisson's {@code RRateLimiter}. */
  REDISSON(RedissonLimiter::new),

  /** A script of the kind that Spring Cloud Gateway uses. */
  GATEWAY_SCRIPT(LettuceLimiter::gateway),

  /** The floor of a script: one that returns 1. */
  EVALSHA((uri, quota) -> LettuceLimiter.evalsha(uri)),

  /** The floor of a round trip. */
  PING((uri, quota) -> LettuceLimiter.ping(uri));

  private final BiFunction<String, Quota, SharedLimiter<?>> open;

  RedisContender(BiFunction<String, Quota, SharedLimiter<?>> open) {
    this.open = open;
  }

  /** Connects to the server at a URI. */
  SharedLimiter<?> open(String uri, Quota quota) {
    return open.apply(uri, quota);
  }

  /** Returns whether it limits anything: the floors do not. */
  boolean limits() {
    return this != EVALSHA && this != PING;
  }

  /** Returns whether it sends a {@code GET} before a script that has one too. */
  boolean readsBeforeItsScript() {
    return this == BUCKET4J || this == BUCKET4J_BATCHING || this == BUCKET4J_DELAYING;
  }

  /** Returns the name on the command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
