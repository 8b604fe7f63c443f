/** Traces of decisions, with OpenTelemetry. */
// OpenTelemetry names its modules in its manifests only.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.github.ratelimiter.opentelemetry {
  requires transitive io.github.ratelimiter.core;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires static org.jspecify;

  exports io.github.ratelimiter.opentelemetry;
}
