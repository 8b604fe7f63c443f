package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;

/** Makes the requests of a load, from this process or from several. */
interface Driver extends AutoCloseable {
  /** Prepares the keys of a load for a contender, on an empty server. */
  void prepare(RedisContender contender, Load load);

  /** Makes requests to a contender for some seconds. */
  Outcome run(RedisContender contender, Load load, double seconds);

  @Override
  void close();
}
