/** Meters of a limiter and of its store, in a Micrometer registry. */
// Micrometer names its module in its manifest only.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.github.ratelimiter.micrometer {
  requires transitive io.github.ratelimiter.core;
  requires transitive micrometer.core;
  requires org.slf4j;
  requires static io.github.ratelimiter.rules;
  requires static org.jspecify;

  exports io.github.ratelimiter.micrometer;
}
