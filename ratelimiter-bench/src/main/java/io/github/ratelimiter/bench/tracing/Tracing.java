package io.github.ratelimiter.bench.tracing;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.opentelemetry.RateLimiterTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collection;
import java.util.Locale;

/** How a limiter is traced. Each call is made inside a span, as in a server. */
public enum Tracing {
  /** Not at all: the module is not used. */
  OFF,

  /** By the module, and there is no SDK. */
  NO_SDK,

  /** By the module, and the SDK samples nothing. */
  NOT_SAMPLED,

  /** By the module, and the SDK exports every span, in batches. The exporter drops them. */
  SAMPLED;

  /** Returns the name for reports. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Begins to trace a limiter.
   *
   * @return the context of its callers
   */
  public Context start(RateLimiter limiter) {
    OpenTelemetry openTelemetry =
        switch (this) {
          case OFF, NO_SDK -> OpenTelemetry.noop();
          case NOT_SAMPLED -> sdk(Sampler.alwaysOff());
          case SAMPLED -> sdk(Sampler.alwaysOn());
        };
    if (this != OFF) {
      RateLimiterTracing.of(openTelemetry).observe(limiter);
    }
    return Context.root().with(openTelemetry.getTracer("bench").spanBuilder("request").startSpan());
  }

  private static OpenTelemetry sdk(Sampler sampler) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(BatchSpanProcessor.builder(new DroppingExporter()).build())
                .build())
        .build();
  }

  private static final class DroppingExporter implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
