/** Rate limits in the memory of one process. */
@SuppressWarnings("module") // The module named below is built after this one.
module io.github.ratelimiter.local {
  requires transitive io.github.ratelimiter.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.github.ratelimiter.local;
  exports io.github.ratelimiter.local.internal to
      io.github.ratelimiter.fallback;
}
