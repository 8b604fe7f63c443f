/** Rate limits that live in the memory of one process. */
module io.github.ratelimiter.local {
  requires transitive io.github.ratelimiter.core;
  requires com.github.benmanes.caffeine;
  requires static org.jspecify;

  exports io.github.ratelimiter.admission;
  exports io.github.ratelimiter.local;
}
