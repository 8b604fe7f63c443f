/** The rate limiter API: limits, permits, decisions, and what a store must promise. */
module io.github.ratelimiter.core {
  requires org.slf4j;
  requires static org.jspecify;

  exports io.github.ratelimiter;
}
