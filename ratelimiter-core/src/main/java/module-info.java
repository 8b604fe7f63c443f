/** The rate limiter API, and for authors of stores the algorithms and the store interface. */
@SuppressWarnings("module") // The modules named below are built after this one.
module io.github.ratelimiter.core {
  requires org.slf4j;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports io.github.ratelimiter;
  exports io.github.ratelimiter.algorithm;
  exports io.github.ratelimiter.observe;
  exports io.github.ratelimiter.store;
  exports io.github.ratelimiter.threads to
      io.github.ratelimiter.fallback,
      io.github.ratelimiter.redis;
  exports io.github.ratelimiter.internal to
      io.github.ratelimiter.fallback,
      io.github.ratelimiter.http,
      io.github.ratelimiter.local,
      io.github.ratelimiter.micrometer,
      io.github.ratelimiter.redis,
      io.github.ratelimiter.rules,
      io.github.ratelimiter.rules.postgresql;
}
