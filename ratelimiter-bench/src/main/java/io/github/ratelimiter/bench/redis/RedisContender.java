package io.github.ratelimiter.bench.redis;

import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.ratelimiter.bench.limiter.Bucket4jSettings;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * The limiters with state in Redis. Each has one client with one connection; Redisson has its own
 * pool.
 */
public enum RedisContender {
  /**
   * This library. Futures complete on the thread that receives the reply, as in the other
   * libraries. Concurrent requests are sent as a batch.
   */
  OURS(RedisLimiters::direct),

  /** This library with its default settings: futures complete on its executor. */
  OURS_EXECUTOR(RedisLimiters::onExecutor),

  /** This library with one script call for each request. */
  OURS_PLAIN(RedisLimiters::unbatched),

  /** This library with its admission cache and leases of 100 ms. */
  OURS_CACHE(RedisLimiters::cached),

  /** Bucket4j. It reads the state, decides in the client, and writes with compare-and-swap. */
  BUCKET4J((uri, quota) -> new Bucket4jLimiter(uri, quota, null)),

  /** Bucket4j with its optimization that batches the requests of a process. */
  BUCKET4J_BATCHING((uri, quota) -> new Bucket4jLimiter(uri, quota, Optimizations.batching())),

  /** Bucket4j with its optimization that spends permits first and reports them every 100 ms. */
  BUCKET4J_DELAYING((uri, quota) -> new Bucket4jLimiter(uri, quota, Bucket4jSettings.delaying())),

  /** Redisson's {@code RRateLimiter}. */
  REDISSON(RedissonLimiter::new),

  /** A script like that of Spring Cloud Gateway. */
  GATEWAY_SCRIPT(LettuceLimiter::gateway),

  /** The lower bound of a script call: a script that returns 1. */
  EVALSHA((uri, quota) -> LettuceLimiter.evalsha(uri)),

  /** The lower bound of a round trip. */
  PING((uri, quota) -> LettuceLimiter.ping(uri));

  private final BiFunction<String, Quota, SharedLimiter<?>> open;

  RedisContender(BiFunction<String, Quota, SharedLimiter<?>> open) {
    this.open = open;
  }

  /** Connects to a server and creates a limiter. */
  SharedLimiter<?> open(String uri, Quota quota) {
    return open.apply(uri, quota);
  }

  /** Returns whether this contender limits requests. The lower bounds do not. */
  boolean limits() {
    return this != EVALSHA && this != PING;
  }

  /** Returns whether this contender sends {@code GET} before a script that also contains one. */
  boolean readsBeforeScript() {
    return this == BUCKET4J || this == BUCKET4J_BATCHING || this == BUCKET4J_DELAYING;
  }

  /** Returns the name on the command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
