/** A cache in front of a store: it decides on permits that it has leased. */
module io.github.ratelimiter.cache {
  requires transitive io.github.ratelimiter.core;
  requires com.github.benmanes.caffeine;
  requires static org.jspecify;

  exports io.github.ratelimiter.cache;
}
