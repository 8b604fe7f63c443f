package io.github.ratelimiter.opentelemetry;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.Call.Operation;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.observe.KeyHash;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of a call that waits, and an event of a call that does not. Thread-safe. Nothing is
 * computed for a span that is not recorded.
 */
final class CallTracer implements CallObserver {
  static final String EVENT = "ratelimiter.decision";
  private static final String SPAN_PREFIX = "ratelimiter.";

  private final Tracer tracer;
  private final @Nullable KeyHash keyHash;

  /**
   * Creates an observer.
   *
   * @param keyHash null to leave out the keys
   */
  CallTracer(Tracer tracer, @Nullable KeyHash keyHash) {
    this.tracer = tracer;
    this.keyHash = keyHash;
  }

  @Override
  public void onAcquire(String key, long permits, Decision decision) {
    Span current = Span.current();
    if (current.isRecording()) {
      addEvent(current, Operation.ACQUIRE, key, permits, decision);
    }
  }

  @Override
  public void onDecision(Call call, Decision decision) {
    Span current = Span.current();
    if (current.isRecording()) {
      addEvent(current, call.operation(), call.key(), call.permits(), decision);
    }
  }

  private void addEvent(
      Span current, Operation operation, String key, long permits, Decision decision) {
    AttributesBuilder attributes = Attributes.builder();
    DecisionAttributes.putCall(attributes::put, operation, decision.policy(), permits);
    DecisionAttributes.putDecision(attributes::put, decision);
    if (keyHash != null) {
      attributes.put(DecisionAttributes.KEY_HASH, keyHash.of(key));
    }
    current.addEvent(EVENT, attributes.build());
  }

  /**
   * {@inheritDoc}
   *
   * <p>What is known of the call is given to the span before it starts, because a sampler may look
   * at it. The parent is the current span.
   */
  @Override
  public @Nullable Observation onCall(Call call) {
    if (!tracer.isEnabled()) {
      return null; // The SDK was shut down.
    }
    Operation operation = call.operation();
    SpanBuilder builder = tracer.spanBuilder(SPAN_PREFIX + DecisionAttributes.nameOf(operation));
    DecisionAttributes.putCall(builder::setAttribute, operation, call.policy(), call.permits());
    Span span = builder.startSpan();
    if (!span.isRecording()) {
      return null;
    }
    if (keyHash != null) {
      span.setAttribute(DecisionAttributes.KEY_HASH, keyHash.of(call.key()));
    }
    return new CallSpan(this, span);
  }
}
