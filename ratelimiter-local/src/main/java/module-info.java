/** Rate limits in the memory of one process. */
module io.github.ratelimiter.local {
  requires transitive io.github.ratelimiter.core;
  requires static org.jspecify;

  exports io.github.ratelimiter.local;
}
