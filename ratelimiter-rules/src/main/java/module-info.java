/** Rules: which requests are limited, by which key, and how much. */
module io.github.ratelimiter.rules {
  requires transitive io.github.ratelimiter.http;
  requires io.github.ratelimiter.local;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires static org.jspecify;

  exports io.github.ratelimiter.rules;
  exports io.github.ratelimiter.rules.file;
  exports io.github.ratelimiter.rules.match;
}
