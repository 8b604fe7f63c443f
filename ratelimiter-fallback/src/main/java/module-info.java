/** Decisions while a store is down or slow. */
// The circuit breaker names its modules in its manifests only.
@SuppressWarnings("requires-automatic")
module io.github.ratelimiter.fallback {
  requires transitive io.github.ratelimiter.core;
  requires io.github.ratelimiter.local;
  requires io.github.resilience4j.circuitbreaker;
  requires io.github.resilience4j.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.github.ratelimiter.fallback;
}
