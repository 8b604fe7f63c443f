/** Rate limits that live in the memory of one process, and what stands in for a store. */
// The circuit breaker names its modules in its manifests only.
@SuppressWarnings("requires-automatic")
module io.github.ratelimiter.local {
  requires transitive io.github.ratelimiter.core;
  requires com.github.benmanes.caffeine;
  requires io.github.resilience4j.circuitbreaker;
  requires io.github.resilience4j.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.github.ratelimiter.admission;
  exports io.github.ratelimiter.fallback;
  exports io.github.ratelimiter.local;
}
