/** Limits on HTTP requests: identity, headers and refusals, for every container. */
module io.github.ratelimiter.http {
  requires transitive io.github.ratelimiter.core;
  requires transitive io.github.ratelimiter.net;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.github.ratelimiter.http;
}
