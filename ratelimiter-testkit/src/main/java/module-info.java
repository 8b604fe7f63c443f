/** Tools for tests of rate-limited code, and of stores. */
module io.github.ratelimiter.testkit {
  requires transitive io.github.ratelimiter.core;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires static org.jspecify;

  exports io.github.ratelimiter.testkit;
}
