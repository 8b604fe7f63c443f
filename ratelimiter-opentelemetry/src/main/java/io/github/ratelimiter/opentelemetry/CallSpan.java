package io.github.ratelimiter.opentelemetry;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/** The span of a call that waits. */
final class CallSpan implements Observation {
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final CallTracer owner;
  private final Span span;

  CallSpan(CallTracer owner, Span span) {
    this.owner = owner;
    this.span = span;
  }

  @Override
  public void ended(Call call, @Nullable Decision decision, @Nullable Throwable failure) {
    if (decision != null) {
      // A part of a joint call may turn out to have been a peek.
      span.setAttribute(DecisionAttributes.OPERATION, DecisionAttributes.nameOf(call.operation()));
      DecisionAttributes.putDecision(span::setAttribute, decision);
    }
    if (failure != null) {
      span.setAttribute(ERROR_TYPE, failure.getClass().getName());
      span.setStatus(StatusCode.ERROR, description(failure));
    }
    span.end();
  }

  /** The messages of stores do not contain keys. Of others nothing is known. */
  private static String description(Throwable failure) {
    String message = failure instanceof StoreException ? failure.getMessage() : null;
    return message == null ? "" : message;
  }

  /** Returns whether an observer made it: a call may have several that trace. */
  boolean isFrom(CallTracer observer) {
    return owner == observer;
  }

  SpanContext context() {
    return span.getSpanContext();
  }
}
