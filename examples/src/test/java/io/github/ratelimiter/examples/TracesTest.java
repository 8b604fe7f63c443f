package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.observe.KeyHash;
import io.github.ratelimiter.opentelemetry.RateLimiterTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TracesTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetry openTelemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();
  private final RateLimiter limiter = RateLimiter.of("login", "5/min", LocalStateStore.create());

  private SpanData afterACall() throws InterruptedException {
    assertThat(limiter.tryAcquire("user:42", 1, Duration.ZERO).allowed()).isTrue();
    assertThat(exporter.getFinishedSpanItems()).hasSize(1);
    return exporter.getFinishedSpanItems().get(0);
  }

  @Test
  void howDoITraceALimiter() throws InterruptedException {
    // At start, when the SDK has been set up:
    RateLimiterTracing tracing = RateLimiterTracing.of(openTelemetry);
    tracing.observe(limiter);

    SpanData span = afterACall();
    assertThat(span.getName()).isEqualTo("ratelimiter.acquire_waiting");
    assertThat(span.getAttributes().get(AttributeKey.stringKey("ratelimiter.outcome")))
        .isEqualTo("allowed");
  }

  @Test
  void howDoIFollowOneCaller() throws InterruptedException {
    byte[] secret = "sixteen bytes at least".getBytes(StandardCharsets.UTF_8);
    RateLimiterTracing tracing = RateLimiterTracing.of(openTelemetry, KeyHash.withSecret(secret));
    tracing.observe(limiter);

    assertThat(afterACall().getAttributes().get(AttributeKey.stringKey("ratelimiter.key_hash")))
        .isEqualTo(KeyHash.withSecret(secret).of("user:42"));
  }
}
