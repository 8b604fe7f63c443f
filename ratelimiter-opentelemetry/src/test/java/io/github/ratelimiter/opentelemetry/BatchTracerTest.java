package io.github.ratelimiter.opentelemetry;

import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.assertThat;
import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.equalTo;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.StoreEvent.BatchEnded;
import io.github.ratelimiter.store.StoreEvent.BreakerClosed;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.semconv.ErrorAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the span of a batch")
class BatchTracerTest {
  private static final Instant STARTED = Instant.parse("2026-11-27T12:00:00Z");
  private static final Duration TIME = Duration.ofNanos(1_234_567);

  private final Traces traces = new Traces();
  private final LaterStore store = new LaterStore();
  private final RateLimiterTracing tracing = RateLimiterTracing.of(traces.openTelemetry());
  private final RateLimiter limiter = RateLimiter.of("login", "1000/day", store);

  @BeforeEach
  void observe() {
    tracing.observe(limiter);
  }

  private static BatchEnded batch(int requests, boolean failed, List<Observation> observations) {
    return new BatchEnded(requests, STARTED, TIME, failed, observations);
  }

  /** The observations of calls in requests of their own. */
  private List<Observation> callers(Traces traces, int calls) throws Exception {
    store.observations.clear();
    for (int i = 0; i < calls; i++) {
      traces.inSpan("request", () -> limiter.tryAcquire("user:42"));
    }
    return List.copyOf(store.observations);
  }

  @Test
  @DisplayName("has its time and links to all callers, and is a child of the first")
  void links() throws Exception {
    List<Observation> observations = new ArrayList<>(callers(traces, 3));
    observations.add(1, (call, decision, failure) -> {}); // of another observer
    store.publish(batch(5, false, observations));
    List<SpanData> calls = traces.named("ratelimiter.acquire");
    assertThat(traces.one("ratelimiter.batch"))
        .hasKind(SpanKind.CLIENT)
        .hasParent(calls.get(0))
        .startsAt(STARTED)
        .endsAt(STARTED.plus(TIME))
        .hasStatus(StatusData.unset())
        .hasAttributesSatisfyingExactly(
            equalTo(AttributeKey.longKey("ratelimiter.batch.requests"), 5))
        .hasLinks(calls.stream().map(call -> LinkData.create(call.getSpanContext())).toList());
  }

  @Test
  @DisplayName("links once to a caller with several requests in it")
  void jointCall() throws Exception {
    List<Observation> parts = callers(traces, 2);
    List<Observation> ofEachRequest = new ArrayList<>(parts);
    ofEachRequest.addAll(parts);
    store.publish(batch(2, false, ofEachRequest));
    assertThat(traces.one("ratelimiter.batch")).hasTotalRecordedLinks(2);
  }

  @Test
  @DisplayName("is an error if there was no reply")
  void failed() throws Exception {
    store.publish(batch(2, true, callers(traces, 2)));
    assertThat(traces.one("ratelimiter.batch"))
        .hasStatus(StatusData.error())
        .hasAttribute(ErrorAttributes.ERROR_TYPE, ErrorAttributes.ErrorTypeValues.OTHER);
  }

  @Test
  @DisplayName("does not exist for a lone request, nor without a caller, nor for other events")
  void none() throws Exception {
    store.publish(batch(1, false, callers(traces, 1)));
    store.publish(batch(2, false, List.of()));
    store.publish(new BreakerClosed());
    assertThat(traces.named("ratelimiter.batch")).isEmpty();
  }

  @Test
  @DisplayName("has at most as many links as an SDK keeps")
  void manyCallers() throws Exception {
    store.publish(batch(500, false, callers(traces, 500)));
    assertThat(traces.one("ratelimiter.batch")).hasTotalRecordedLinks(128);
  }

  @Test
  @DisplayName("is made once if several limiters on a store are traced")
  void sharedStore() throws Exception {
    RateLimiter other = RateLimiter.of("search", "1000/day", store);
    tracing.observe(other);
    RateLimiterTracing.of(traces.openTelemetry()).observe(RateLimiter.of("pay", "1000/day", store));
    List<Observation> callers = callers(traces, 2);
    store.publish(batch(2, false, callers));
    store.publish(batch(2, false, callers));
    assertThat(traces.named("ratelimiter.batch")).hasSize(2);
  }

  @Test
  @DisplayName("is made by each SDK, of its own callers")
  void twoSdks() throws Exception {
    Traces others = new Traces();
    RateLimiterTracing.of(others.openTelemetry()).observe(limiter);
    store.publish(batch(2, false, callers(traces, 2)));
    assertThat(traces.one("ratelimiter.batch")).hasTotalRecordedLinks(2);
    assertThat(others.one("ratelimiter.batch"))
        .hasTotalRecordedLinks(2)
        .hasParent(others.named("ratelimiter.acquire").get(0));
  }

  @Test
  @DisplayName("links only to callers that are sampled, and is sampled with them")
  void notSampled() throws Exception {
    Traces some = new Traces(Sampler.parentBased(Sampler.alwaysOff()));
    RateLimiterTracing.of(some.openTelemetry()).observe(limiter);
    tracing.stop(limiter);
    store.publish(batch(2, false, callers(some, 2)));
    assertThat(some.ended()).isEmpty();
    List<Observation> sampled = traces.inSpan("sampled", () -> callersOf("user:42"));
    sampled.addAll(callers(some, 1));
    store.publish(batch(2, false, sampled));
    assertThat(some.one("ratelimiter.batch"))
        .hasTotalRecordedLinks(1)
        .hasParent(some.one("ratelimiter.acquire"));
  }

  private List<Observation> callersOf(String key) {
    store.observations.clear();
    assertThat(limiter.tryAcquire(key).allowed()).isTrue();
    return new ArrayList<>(store.observations);
  }
}
