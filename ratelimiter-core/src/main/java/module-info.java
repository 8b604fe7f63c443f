/**
 * The rate limiter: its API, and for authors of stores the algorithms and the decision over them.
 */
module io.github.ratelimiter.core {
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.github.ratelimiter;
  exports io.github.ratelimiter.algorithm;
  exports io.github.ratelimiter.engine;
}
