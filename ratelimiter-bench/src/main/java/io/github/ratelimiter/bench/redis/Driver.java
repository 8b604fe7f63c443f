package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;

/** Runs the callers, in this process or in several. */
interface Driver extends AutoCloseable {
  /** Prepares the keys of a load for a contender, on an empty server. */
  void prepare(RedisContender contender, Load load);

  /** Puts a load on a contender for some seconds. */
  Outcome run(RedisContender contender, Load load, double seconds);

  @Override
  void close();
}
