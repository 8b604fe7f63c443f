package io.github.ratelimiter.opentelemetry;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.observe.KeyHash;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces of the calls of limiters. Thread-safe.
 *
 * <pre>{@code
 * RateLimiterTracing tracing = RateLimiterTracing.of(openTelemetry);
 * tracing.observe(limiter);
 * }</pre>
 *
 * <p>A call that waits for I/O or for permits is a span, a child of the span that is current when
 * the call begins. It ends when the call ends, also if the call is asynchronous, fails or is
 * cancelled. A call that is decided immediately is an event of the current span. A call to a server
 * that decides several requests is a span with links to the spans of their callers.
 *
 * <p>A refusal is not an error. A failure is: the status of the span is {@code ERROR}, and {@code
 * error.type} is the class of the exception. Keys are not recorded, unless there is a {@link
 * KeyHash}: then their hashes are.
 */
public final class RateLimiterTracing {
  private static final String SCOPE = "io.github.ratelimiter";

  private final Tracer tracer;
  private final CallTracer calls;
  private final BatchTracer batches;

  private RateLimiterTracing(OpenTelemetry openTelemetry, @Nullable KeyHash keyHash) {
    tracer = openTelemetry.getTracer(SCOPE);
    calls = new CallTracer(tracer, keyHash);
    batches = new BatchTracer(tracer, calls);
  }

  /**
   * Returns a tracing that does not record keys.
   *
   * @param openTelemetry receives the spans
   * @return the tracing; it observes no limiter yet
   */
  public static RateLimiterTracing of(OpenTelemetry openTelemetry) {
    return new RateLimiterTracing(openTelemetry, null);
  }

  /**
   * Returns a tracing that records the hashes of keys.
   *
   * @param openTelemetry receives the spans
   * @param keyHash makes the hashes; about a microsecond for each span and each event
   * @return the tracing; it observes no limiter yet
   */
  public static RateLimiterTracing of(OpenTelemetry openTelemetry, KeyHash keyHash) {
    return new RateLimiterTracing(openTelemetry, Objects.requireNonNull(keyHash, "keyHash"));
  }

  /**
   * Traces a limiter from now on. If nobody receives spans, because there is no SDK or it has no
   * span processor, the limiter is left as it is and costs what it cost before. So call this after
   * the SDK has been set up; the limiter may be older.
   *
   * <p>Limiters may share a store. A limiter that is observed several times is traced once, until
   * {@link #stop} was called as many times.
   *
   * @param limiter the limiter
   */
  public void observe(RateLimiter limiter) {
    if (tracer.isEnabled()) {
      limiter.addObserver(calls);
      limiter.store().addListener(batches);
    }
  }

  /**
   * Stops tracing a limiter. Calls that have begun are traced to their end. Closing a limiter does
   * not stop it: call this before if the store is used on.
   *
   * @param limiter a limiter that was passed to {@link #observe}; another one is left as it is
   */
  public void stop(RateLimiter limiter) {
    limiter.removeObserver(calls);
    limiter.store().removeListener(batches);
  }
}
