package io.github.ratelimiter.opentelemetry;

import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.servers.RedisProcess;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("traces of limiters on Redis")
class RedisTracingTest {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("ratelimiter.outcome");
  private static final AttributeKey<String> SOURCE = AttributeKey.stringKey("ratelimiter.source");

  private final Traces traces = new Traces();
  private final RateLimiterTracing tracing = RateLimiterTracing.of(traces.openTelemetry());
  private final RedisProcess server = RedisProcess.start();
  private final RedisStateStore redis =
      RedisStateStore.builder(server.uri())
          .timeout(Duration.ofSeconds(5))
          .requireConnection()
          .build();

  @AfterEach
  void close() {
    redis.close();
    server.close();
  }

  private RateLimiter limiter(String policy) {
    RateLimiter limiter = RateLimiter.of("login", policy, redis);
    tracing.observe(limiter);
    return limiter;
  }

  @Test
  @DisplayName("a lone request is one span")
  void lone() throws Exception {
    RateLimiter limiter = limiter("100/day");
    traces.inSpan("request", () -> limiter.tryAcquire("user:42"));
    traces.inSpan("request", () -> limiter.tryAcquire("user:42"));
    assertThat(traces.ended())
        .extracting(SpanData::getName)
        .containsExactly("ratelimiter.acquire", "request", "ratelimiter.acquire", "request");
  }

  @Test
  @DisplayName("requests that travel together are linked from the span of their batch")
  void batch() throws Exception {
    RateLimiter limiter = limiter("1000/day");
    limiter.tryAcquire("user:42"); // connected, and the script is there
    traces.clear();
    List<CompletableFuture<Decision>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(traces.inSpan("request", () -> limiter.async().tryAcquire("user:42")));
    }
    answers.forEach(CompletableFuture::join);
    List<SpanData> calls = traces.named("ratelimiter.acquire");
    assertThat(calls).hasSize(200);
    // How many travel together depends on the machine; a request that travels alone has no batch.
    traces.await(spans -> linked(spans) >= 2);
    List<SpanData> batches = traces.named("ratelimiter.batch");
    List<LinkData> callers =
        calls.stream().map(call -> LinkData.create(call.getSpanContext())).toList();
    assertThat(batches)
        .isNotEmpty()
        .allSatisfy(
            batch -> {
              assertThat(callers).containsAll(batch.getLinks());
              assertThat(batch.getParentSpanId())
                  .isEqualTo(batch.getLinks().get(0).getSpanContext().getSpanId());
            });
    assertThat(batches.stream().flatMap(batch -> batch.getLinks().stream()))
        .doesNotHaveDuplicates();
  }

  private static int linked(Traces traces) {
    return traces.named("ratelimiter.batch").stream()
        .mapToInt(span -> span.getLinks().size())
        .sum();
  }

  @Test
  @DisplayName("the parts of a joint call are spans, linked from one batch")
  void joint() throws Exception {
    RateLimiter users = limiter("1000/day");
    RateLimiter everybody = RateLimiter.of("all", "10/day", redis);
    tracing.observe(everybody);
    users.tryAcquire("user:42");
    traces.clear();
    JointLimiter joint = JointLimiter.of(users.part("42"), everybody.part("all"));
    traces.inSpan("request", joint::tryAcquire);
    traces.await(spans -> !spans.named("ratelimiter.batch").isEmpty());
    assertThat(traces.named("ratelimiter.acquire"))
        .hasSize(2)
        .allSatisfy(call -> assertThat(call).hasParent(traces.one("request")));
    assertThat(traces.one("ratelimiter.batch"))
        .hasTotalRecordedLinks(2)
        .hasTraceId(traces.one("request").getTraceId());
  }

  @Test
  @DisplayName("a call that waits for permits is one span, however often it asks Redis")
  void waits() throws Exception {
    for (String policy : List.of("20/s burst 1", "fixed-window 1/50ms from first use")) {
      traces.clear();
      RateLimiter limiter = RateLimiter.of("wait" + policy.length(), policy, redis);
      tracing.observe(limiter);
      limiter.tryAcquire("user:42");
      traces.inSpan("request", () -> limiter.tryAcquire("user:42", 1, Duration.ofSeconds(9)));
      assertThat(traces.one("ratelimiter.acquire_waiting"))
          .hasParent(traces.one("request"))
          .hasAttribute(OUTCOME, "allowed");
    }
  }

  @Test
  @DisplayName("hot keys are events with their leases; renewing a lease has no caller and no span")
  void cache() throws Exception {
    try (RateLimiter limiter =
        RateLimiter.builder()
            .policy("hot", "100000/s")
            .store(redis)
            .wrap(Fallback::local)
            .wrap(AdmissionCache::of)
            .build()) {
      tracing.observe(limiter);
      traces.await(
          spans -> {
            spans.inSpan("request", () -> limiter.tryAcquire("user:42"));
            return spans.named("request").size() == 200;
          });
      List<SpanData> requests = traces.named("request");
      List<SpanData> calls = traces.named("ratelimiter.acquire");
      assertThat(calls).isNotEmpty().hasSizeLessThan(100);
      assertThat(requests.stream().mapToInt(request -> request.getEvents().size()).sum())
          .isEqualTo(200 - calls.size());
      assertThat(requests.stream().flatMap(request -> request.getEvents().stream()))
          .allSatisfy(event -> assertThat(event.getAttributes().get(SOURCE)).isEqualTo("lease"));
      tracing.stop(limiter);
    }
  }

  @Test
  @DisplayName("a fallback decides: its source is there, and nothing is an error")
  void fallback() throws Exception {
    try (RateLimiter limiter =
        RateLimiter.builder().policy("login", "100/s").store(redis).wrap(Fallback::local).build()) {
      tracing.observe(limiter);
      server.kill();
      for (int i = 0; i < 50; i++) {
        traces.inSpan("request", () -> limiter.tryAcquire("user:42"));
      }
      Stream<String> sources =
          Stream.concat(
              traces.named("ratelimiter.acquire").stream()
                  .map(call -> call.getAttributes().get(SOURCE)),
              traces.named("request").stream()
                  .flatMap(request -> request.getEvents().stream())
                  .map(event -> event.getAttributes().get(SOURCE)));
      assertThat(sources).hasSize(50).containsOnly("fallback");
      assertThat(traces.ended()).allSatisfy(span -> assertThat(span).hasStatus(StatusData.unset()));
      tracing.stop(limiter);
    }
  }

  @Test
  @DisplayName("a server that is gone is an error of its callers")
  void outage() throws Exception {
    RateLimiter limiter = limiter("100/day");
    limiter.tryAcquire("user:42");
    traces.clear();
    server.kill();
    traces.inSpan(
        "request",
        () ->
            assertThatThrownBy(() -> limiter.tryAcquire("user:42"))
                .isInstanceOf(StoreUnavailableException.class));
    SpanData call = traces.one("ratelimiter.acquire");
    assertThat(call)
        .hasParent(traces.one("request"))
        .hasAttribute(
            AttributeKey.stringKey("error.type"), StoreUnavailableException.class.getName());
    assertThat(call.getStatus().getDescription()).contains("Redis");
  }
}
