package io.github.ratelimiter.opentelemetry;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvent.BatchEnded;
import io.github.ratelimiter.store.StoreListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Makes a span of a call to a server that decided several requests, when it has ended. The span
 * links to the spans of the callers, as far as these are sampled. It is a child of the first one,
 * so it is sampled if a caller is, and a trace leads to it. There is none for a lone request: the
 * span of its caller says all.
 */
final class BatchTracer implements StoreListener {
  static final String SPAN = "ratelimiter.batch";
  static final AttributeKey<Long> REQUESTS = AttributeKey.longKey("ratelimiter.batch.requests");

  /** The links that an SDK keeps by default. */
  static final int MAX_LINKS = 128;

  /** What the conventions prescribe if the type of an error is not known. */
  private static final String UNKNOWN_ERROR = "_OTHER";

  private final Tracer tracer;
  private final CallTracer calls;

  /**
   * Creates a listener.
   *
   * @param calls made the spans to link to
   */
  BatchTracer(Tracer tracer, CallTracer calls) {
    this.tracer = tracer;
    this.calls = calls;
  }

  @Override
  public boolean wants(StoreEvent event) {
    return event instanceof BatchEnded batch && batch.requests() > 1;
  }

  @Override
  public void onEvent(StoreEvent event) {
    if (event instanceof BatchEnded batch) {
      Set<CallSpan> callers = sampledCallers(batch);
      if (!callers.isEmpty()) {
        record(batch, callers);
      }
    }
  }

  /** Each once, and in order. A joint call may have several requests in a batch. */
  private Set<CallSpan> sampledCallers(BatchEnded batch) {
    Set<CallSpan> callers = new LinkedHashSet<>();
    for (Observation observation : batch.observations()) {
      if (callers.size() < MAX_LINKS
          && observation instanceof CallSpan span
          && span.isFrom(calls)
          && span.context().isSampled()) {
        callers.add(span);
      }
    }
    return callers;
  }

  private void record(BatchEnded batch, Set<CallSpan> callers) {
    SpanContext first = callers.iterator().next().context();
    SpanBuilder builder =
        tracer
            .spanBuilder(SPAN)
            .setSpanKind(SpanKind.CLIENT)
            .setParent(Context.root().with(Span.wrap(first)))
            .setStartTimestamp(batch.started())
            .setAttribute(REQUESTS, batch.requests());
    callers.forEach(caller -> builder.addLink(caller.context()));
    Span span = builder.startSpan();
    if (batch.failed()) {
      span.setAttribute(CallSpan.ERROR_TYPE, UNKNOWN_ERROR);
      span.setStatus(StatusCode.ERROR);
    }
    span.end(batch.started().plus(batch.time()));
  }
}
