/** Rate limits that several processes share through Redis. */
// Lettuce names its module in its manifest only.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.github.ratelimiter.redis {
  requires transitive io.github.ratelimiter.core;
  requires transitive lettuce.core;
  requires io.netty.buffer;
  // Lettuce needs it, and cannot say so.
  requires io.netty.resolver.dns;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.github.ratelimiter.redis;
}
