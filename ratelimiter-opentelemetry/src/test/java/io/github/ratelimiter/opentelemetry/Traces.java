package io.github.ratelimiter.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** An SDK that keeps the spans that have ended. */
final class Traces {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk;

  Traces() {
    this(Sampler.parentBased(Sampler.alwaysOn()));
  }

  Traces(Sampler sampler) {
    sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
  }

  OpenTelemetry openTelemetry() {
    return sdk;
  }

  /** Runs a task inside a span of its own, as a request that a server handles. */
  <T> T inSpan(String name, Callable<T> task) throws Exception {
    Span span = sdk.getTracer("application").spanBuilder(name).startSpan();
    try {
      return Context.current().with(span).wrap(task).call();
    } finally {
      span.end();
    }
  }

  /** The spans that have ended, in the order of their ends. */
  List<SpanData> ended() {
    return exporter.getFinishedSpanItems();
  }

  List<SpanData> named(String name) {
    return ended().stream().filter(span -> span.getName().equals(name)).toList();
  }

  /** The one span with a name. */
  SpanData one(String name) {
    List<SpanData> all = named(name);
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " spans are named " + name + ": " + ended());
    }
    return all.get(0);
  }

  /** Waits until the spans are as they should be. Those of batches come a little later. */
  void await(Condition condition) {
    Awaitility.await("the right spans")
        .pollInterval(Duration.ofMillis(1))
        .until(() -> condition.holds(this));
  }

  /** A condition, which is looked at again and again. */
  @FunctionalInterface
  interface Condition {
    boolean holds(Traces traces) throws Exception;
  }

  void clear() {
    exporter.reset();
  }
}
