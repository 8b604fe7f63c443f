package io.github.ratelimiter.opentelemetry;

import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.assertThat;
import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.equalTo;
import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.satisfies;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ratelimiter.Cost;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.observe.KeyHash;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.semconv.ErrorAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("traces")
class RateLimiterTracingTest {
  private static final AttributeKey<String> POLICY = AttributeKey.stringKey("ratelimiter.policy");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("ratelimiter.operation");
  private static final AttributeKey<Long> PERMITS = AttributeKey.longKey("ratelimiter.permits");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("ratelimiter.outcome");
  private static final AttributeKey<String> SOURCE = AttributeKey.stringKey("ratelimiter.source");
  private static final AttributeKey<String> LIMIT = AttributeKey.stringKey("ratelimiter.limit");
  private static final AttributeKey<Long> REMAINING = AttributeKey.longKey("ratelimiter.remaining");
  private static final AttributeKey<Double> RETRY_AFTER =
      AttributeKey.doubleKey("ratelimiter.retry_after");
  private static final AttributeKey<String> KEY_HASH =
      AttributeKey.stringKey("ratelimiter.key_hash");

  private static final String POLICY_TEXT = "fixed-window 3/day from first use; 1000/day";

  private final Traces traces = new Traces();
  private final RateLimiterTracing tracing = RateLimiterTracing.of(traces.openTelemetry());
  private final LaterStore later = new LaterStore();

  private RateLimiter traced(StateStore store) {
    RateLimiter limiter = RateLimiter.of("login", POLICY_TEXT, store);
    tracing.observe(limiter);
    return limiter;
  }

  private RateLimiter tracedInProcess() {
    ManualTimeSource clock = ManualTimeSource.create();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("login", POLICY_TEXT)
            .store(LocalStateStore.builder().timeSource(clock).build())
            .timeSource(clock)
            .build();
    tracing.observe(limiter);
    return limiter;
  }

  // --- spans -----------------------------------------------------------------------------------

  @Test
  @DisplayName("a blocking call that waits is a span, a child of the caller's span")
  void blocking() throws Exception {
    RateLimiter limiter = traced(later);
    traces.inSpan("request", () -> limiter.tryAcquire("user:42", 2));
    assertThat(traces.one("ratelimiter.acquire"))
        .hasParent(traces.one("request"))
        .hasKind(SpanKind.INTERNAL)
        .hasStatus(StatusData.unset())
        .hasAttributesSatisfyingExactly(
            equalTo(POLICY, "login"),
            equalTo(OPERATION, "acquire"),
            equalTo(PERMITS, 2),
            equalTo(OUTCOME, "allowed"),
            equalTo(SOURCE, "store"),
            equalTo(LIMIT, "fixed-window 3/day from first use"),
            equalTo(REMAINING, 1));
    assertThat(traces.one("request").getEvents()).isEmpty();
  }

  @Test
  @DisplayName("a refusal has a time to retry after, and is not an error")
  void refusal() {
    RateLimiter limiter = traced(later);
    limiter.tryAcquire("user:42", 3);
    traces.clear();
    limiter.tryAcquire("user:42");
    limiter.tryAcquire("user:42", 4);
    List<SpanData> spans = traces.named("ratelimiter.acquire");
    assertThat(spans.get(0))
        .hasNoParent()
        .hasStatus(StatusData.unset())
        .hasAttributesSatisfyingExactly(
            equalTo(POLICY, "login"),
            equalTo(OPERATION, "acquire"),
            equalTo(PERMITS, 1),
            equalTo(OUTCOME, "refused"),
            equalTo(SOURCE, "store"),
            equalTo(LIMIT, "fixed-window 3/day from first use"),
            equalTo(REMAINING, 0),
            satisfies(RETRY_AFTER, time -> time.isBetween(86_000.0, 86_400.0)));
    assertThat(spans.get(1))
        .hasStatus(StatusData.unset())
        .hasAttributesSatisfyingExactly(
            equalTo(POLICY, "login"),
            equalTo(OPERATION, "acquire"),
            equalTo(PERMITS, 4),
            equalTo(OUTCOME, "impossible"),
            equalTo(SOURCE, "store"),
            equalTo(LIMIT, "fixed-window 3/day from first use"),
            equalTo(REMAINING, 0));
  }

  @Test
  @DisplayName("an asynchronous call is a child of the span at the call, and ends with the future")
  void asynchronous() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    RateLimiter limiter =
        RateLimiter.builder().policy("login", "3/day").store(later).executor(executor).build();
    tracing.observe(limiter);
    later.hold();
    CompletableFuture<Decision> first =
        traces.inSpan("first", () -> limiter.async().tryAcquire("user:42"));
    CompletableFuture<Decision> second =
        traces.inSpan("second", () -> limiter.async().tryAcquire("user:42"));
    assertThat(traces.named("ratelimiter.acquire")).isEmpty();
    later.release();
    first.get(5, TimeUnit.SECONDS);
    second.get(5, TimeUnit.SECONDS);
    List<SpanData> spans = traces.named("ratelimiter.acquire");
    assertThat(spans.get(0)).hasParent(traces.one("first")).hasEnded();
    assertThat(spans.get(1)).hasParent(traces.one("second")).hasEnded();
    assertThat(spans.get(0).getEndEpochNanos())
        .isGreaterThanOrEqualTo(traces.one("second").getEndEpochNanos());
    executor.shutdown();
  }

  @Test
  @DisplayName("each operation has its name")
  void operations() throws InterruptedException {
    RateLimiter limiter = traced(later);
    limiter.tryAcquire("user:42", 1, Duration.ZERO);
    limiter.peek("user:42");
    limiter.refund("user:42", 1);
    Reservation reservation = limiter.reserve("user:42", 1, 2);
    reservation.settle(1);
    limiter.tryAcquire("user:42", Cost.of(1, 5));
    limiter.record("user:42", 1);
    limiter.drain("user:42", Duration.ofSeconds(1));
    limiter.reset("user:42");
    assertThat(traces.ended())
        .extracting(SpanData::getName)
        .containsExactly(
            "ratelimiter.acquire_waiting",
            "ratelimiter.peek",
            "ratelimiter.refund",
            "ratelimiter.reserve",
            "ratelimiter.settle",
            "ratelimiter.reserve",
            "ratelimiter.record",
            "ratelimiter.drain",
            "ratelimiter.reset");
    assertThat(traces.one("ratelimiter.reset").getAttributes().get(PERMITS)).isNull();
    assertThat(traces.named("ratelimiter.reserve"))
        .extracting(span -> span.getAttributes().get(PERMITS))
        .containsExactly(2L, 5L);
  }

  @Test
  @DisplayName("the span of a call that waits for permits is as long as the wait")
  void waitsForPermits() throws Exception {
    RateLimiter limiter = RateLimiter.of("login", "20/s burst 1", LocalStateStore.create());
    tracing.observe(limiter);
    limiter.tryAcquire("user:42");
    traces.inSpan("request", () -> limiter.tryAcquire("user:42", 1, Duration.ofSeconds(9)));
    SpanData span = traces.one("ratelimiter.acquire_waiting");
    assertThat(span).hasParent(traces.one("request")).hasAttribute(OUTCOME, "allowed");
    assertThat(span.getEndEpochNanos() - span.getStartEpochNanos())
        .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(10));
  }

  @Test
  @DisplayName("each part of a joint call is a span; one that only another part refused is a peek")
  void joint() throws Exception {
    RateLimiter users = traced(later);
    RateLimiter addresses = RateLimiter.of("address", "1/day", later);
    tracing.observe(addresses);
    JointLimiter joint = JointLimiter.of(users.part("42"), addresses.part("192.0.2.1"));
    traces.inSpan("allowed", joint::tryAcquire);
    traces.inSpan("refused", joint::tryAcquire);
    List<SpanData> spans = traces.named("ratelimiter.acquire");
    assertThat(spans).hasSize(4);
    for (SpanData span : spans.subList(0, 2)) {
      assertThat(span).hasParent(traces.one("allowed")).hasAttribute(OUTCOME, "allowed");
    }
    assertThat(spans.get(2))
        .hasParent(traces.one("refused"))
        .hasAttribute(POLICY, "login")
        .hasAttribute(OPERATION, "peek")
        .hasAttribute(OUTCOME, "allowed");
    assertThat(spans.get(3))
        .hasParent(traces.one("refused"))
        .hasAttribute(POLICY, "address")
        .hasAttribute(OPERATION, "acquire")
        .hasAttribute(OUTCOME, "refused");
  }

  // --- failures --------------------------------------------------------------------------------

  @Test
  @DisplayName("a failure of the store is an error with its class and its message")
  void failure() {
    later.failWith(new StoreTimeoutException("too late", true, null));
    RateLimiter limiter = traced(later);
    assertThatThrownBy(() -> limiter.tryAcquire("user:42"))
        .isInstanceOf(StoreTimeoutException.class);
    assertThatThrownBy(() -> limiter.async().tryAcquire("user:42").join()).isNotNull();
    assertThat(traces.named("ratelimiter.acquire"))
        .hasSize(2)
        .allSatisfy(
            span ->
                assertThat(span)
                    .hasStatus(StatusData.create(StatusData.error().getStatusCode(), "too late"))
                    .hasAttributesSatisfyingExactly(
                        equalTo(POLICY, "login"),
                        equalTo(OPERATION, "acquire"),
                        equalTo(PERMITS, 1),
                        equalTo(
                            ErrorAttributes.ERROR_TYPE,
                            "io.github.ratelimiter.StoreTimeoutException")));
  }

  @Test
  @DisplayName("the message of any other exception, which may contain the key, is left out")
  void otherFailure() {
    later.failWith(new IllegalStateException("no user:42"));
    RateLimiter limiter = traced(later);
    assertThatIllegalStateException().isThrownBy(() -> limiter.tryAcquire("user:42"));
    assertThat(traces.one("ratelimiter.acquire"))
        .hasStatus(StatusData.error())
        .hasAttribute(ErrorAttributes.ERROR_TYPE, "java.lang.IllegalStateException");
    assertThat(traces.ended().toString()).doesNotContain("user:42");
  }

  @Test
  @DisplayName("a call that is cancelled or interrupted ends its span")
  void cancelled() {
    RateLimiter limiter = traced(later);
    later.hold();
    limiter.async().tryAcquire("user:42").cancel(false);
    RateLimiter waiting = RateLimiter.of("wait", "1/day", LocalStateStore.create());
    tracing.observe(waiting);
    waiting.tryAcquire("user:42");
    Thread caller = Thread.currentThread();
    Thread interrupting =
        new Thread(
            () -> {
              while (caller.getState() != Thread.State.TIMED_WAITING
                  && caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              caller.interrupt();
            });
    interrupting.start();
    assertThat(catchThrowable(() -> waiting.tryAcquire("user:42", 1, Duration.ofDays(2))))
        .isInstanceOf(InterruptedException.class);
    assertThat(traces.ended())
        .extracting(SpanData::getName)
        .containsExactly("ratelimiter.acquire", "ratelimiter.acquire_waiting");
    assertThat(traces.ended())
        .allSatisfy(
            span ->
                assertThat(span)
                    .hasEnded()
                    .hasStatus(StatusData.error())
                    .hasAttribute(
                        ErrorAttributes.ERROR_TYPE, CancellationException.class.getName()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("an exception of a span processor harms no decision")
  void brokenProcessor(boolean atStart) {
    RateLimiter limiter = RateLimiter.of("login", "3/day", later);
    RateLimiterTracing.of(
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(new BrokenProcessor(atStart))
                        .build())
                .build())
        .observe(limiter);
    assertThat(limiter.tryAcquire("user:42").remaining()).isEqualTo(2);
    assertThat(limiter.async().tryAcquire("user:42").join().remaining()).isEqualTo(1);
  }

  private record BrokenProcessor(boolean atStart) implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      if (atStart) {
        throw new IllegalStateException("broken");
      }
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      throw new IllegalStateException("broken");
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  // --- events ----------------------------------------------------------------------------------

  @Test
  @DisplayName("a call that is decided immediately is an event of the current span")
  void events() throws Exception {
    RateLimiter limiter = tracedInProcess();
    traces.inSpan(
        "request",
        () -> {
          limiter.tryAcquire("user:42", 3);
          limiter.forKey("user:42").tryAcquire();
          limiter.async().peek("user:42", 2).join();
          return null;
        });
    assertThat(traces.ended()).hasSize(1);
    List<EventData> events = traces.one("request").getEvents();
    assertThat(events).extracting(EventData::getName).containsOnly("ratelimiter.decision");
    assertThat(events.get(0))
        .hasAttributesSatisfyingExactly(
            equalTo(POLICY, "login"),
            equalTo(OPERATION, "acquire"),
            equalTo(PERMITS, 3),
            equalTo(OUTCOME, "allowed"),
            equalTo(SOURCE, "store"),
            equalTo(LIMIT, "fixed-window 3/day from first use"),
            equalTo(REMAINING, 0));
    assertThat(events.get(1))
        .hasAttributesSatisfyingExactly(
            equalTo(POLICY, "login"),
            equalTo(OPERATION, "acquire"),
            equalTo(PERMITS, 1),
            equalTo(OUTCOME, "refused"),
            equalTo(SOURCE, "store"),
            equalTo(LIMIT, "fixed-window 3/day from first use"),
            equalTo(REMAINING, 0),
            equalTo(RETRY_AFTER, 86_400.0));
    assertThat(events.get(2).getAttributes().get(OPERATION)).isEqualTo("peek");
    assertThat(events).hasSize(3);
  }

  @Test
  @DisplayName("without a current span a call that is decided immediately leaves no trace")
  void noCurrentSpan() {
    RateLimiter limiter = tracedInProcess();
    limiter.tryAcquire("user:42");
    limiter.peek("user:42");
    assertThat(traces.ended()).isEmpty();
  }

  // --- keys ------------------------------------------------------------------------------------

  @Test
  @DisplayName("keys are recorded as hashes, and only if there is a hash")
  void keyHash() throws Exception {
    KeyHash hash = KeyHash.random();
    RateLimiterTracing hashing = RateLimiterTracing.of(traces.openTelemetry(), hash);
    RateLimiter waiting = RateLimiter.of("waiting", "3/day", later);
    RateLimiter inProcess = RateLimiter.of("process", "3/day", LocalStateStore.create());
    hashing.observe(waiting);
    hashing.observe(inProcess);
    traces.inSpan(
        "request",
        () -> {
          waiting.tryAcquire("user:42");
          return inProcess.tryAcquire("user:42");
        });
    assertThat(traces.one("ratelimiter.acquire")).hasAttribute(KEY_HASH, hash.of("user:42"));
    assertThat(traces.one("request").getEvents().get(0).getAttributes().get(KEY_HASH))
        .isEqualTo(hash.of("user:42"));
    assertThat(traces.ended().toString()).doesNotContain("user:42");
  }

  // --- nothing is recorded ---------------------------------------------------------------------

  @Test
  @DisplayName("spans that are not sampled are not recorded, and the call is not followed")
  void notSampled() throws Exception {
    Traces none = new Traces(Sampler.alwaysOff());
    RateLimiterTracing unsampled = RateLimiterTracing.of(none.openTelemetry());
    RateLimiter waiting = RateLimiter.of("waiting", "3/day", later);
    RateLimiter inProcess = RateLimiter.of("process", "3/day", LocalStateStore.create());
    unsampled.observe(waiting);
    unsampled.observe(inProcess);
    none.inSpan(
        "request",
        () -> {
          waiting.tryAcquire("user:42");
          return inProcess.tryAcquire("user:42");
        });
    assertThat(none.ended()).isEmpty();
    assertThat(later.observations).isEmpty();
  }

  @Test
  @DisplayName("without an SDK a limiter is left as it is")
  void noSdk() {
    for (OpenTelemetry openTelemetry :
        List.of(
            OpenTelemetry.noop(),
            GlobalOpenTelemetry.getOrNoop(),
            OpenTelemetrySdk.builder().build())) {
      RateLimiter limiter = RateLimiter.of("login", "3/day", later);
      RateLimiterTracing tracing = RateLimiterTracing.of(openTelemetry);
      tracing.observe(limiter);
      limiter.tryAcquire("user:42");
      assertThat(later.observations).as(openTelemetry.toString()).isEmpty();
      tracing.stop(limiter);
    }
  }

  @Test
  @DisplayName("nothing is recorded after the SDK was shut down, or tracing was stopped")
  void stops() {
    RateLimiter limiter = traced(later);
    tracing.stop(limiter);
    limiter.tryAcquire("user:42");
    assertThat(traces.ended()).isEmpty();

    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SpanProcessor.composite()).build();
    RateLimiterTracing.of(OpenTelemetrySdk.builder().setTracerProvider(provider).build())
        .observe(limiter);
    provider.shutdown();
    limiter.tryAcquire("user:42");
    assertThat(later.observations).isEmpty();
  }

  @Test
  @DisplayName("a limiter that is observed twice is traced once")
  void observedTwice() {
    RateLimiter limiter = traced(later);
    tracing.observe(limiter);
    limiter.tryAcquire("user:42");
    assertThat(traces.ended()).hasSize(1);
    tracing.stop(limiter);
    tracing.stop(limiter);
    limiter.tryAcquire("user:42");
    assertThat(traces.ended()).hasSize(1);
  }

  @Test
  @DisplayName("a call that has begun is followed to its end after tracing was stopped")
  void stopsLater() {
    RateLimiter limiter = traced(later);
    later.hold();
    CompletableFuture<Decision> answer = limiter.async().tryAcquire("user:42");
    tracing.stop(limiter);
    later.release();
    answer.join();
    assertThat(traces.one("ratelimiter.acquire")).hasAttribute(OUTCOME, "allowed");
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }
}
