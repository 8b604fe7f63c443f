/** A servlet filter that limits requests. */
module io.github.ratelimiter.servlet {
  requires transitive io.github.ratelimiter.http;
  requires transitive jakarta.servlet;
  requires static org.jspecify;

  exports io.github.ratelimiter.servlet;
}
