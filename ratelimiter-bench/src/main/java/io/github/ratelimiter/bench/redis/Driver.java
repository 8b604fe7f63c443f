package io.github.ratelimiter.bench.redis;

/** Where the callers are: in this process, or in several. */
interface Driver extends AutoCloseable {
  /** Does what a contender needs on an empty server before a load. */
  void prepare(Contender contender, Load load);

  /** Puts a load on a contender. */
  Outcome run(Contender contender, Load load, double seconds);

  @Override
  void close();
}
