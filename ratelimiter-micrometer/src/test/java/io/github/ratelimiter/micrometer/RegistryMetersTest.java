package io.github.ratelimiter.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreMeter;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The meters in a registry")
class RegistryMetersTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final MeterRegistry registry = new SimpleMeterRegistry();

  private LocalStateStore store() {
    return LocalStateStore.builder().timeSource(clock).build();
  }

  private RateLimiter limiter(StateStore store) {
    return RateLimiter.builder().policy("api", "3/min").store(store).timeSource(clock).build();
  }

  private double requests() {
    return registry.find("rate.limiter.requests").functionCounters().stream()
        .mapToDouble(FunctionCounter::count)
        .sum();
  }

  @Test
  @DisplayName("are not registered by a call that ends after the metrics were closed")
  void lateEnd() {
    CompletableFuture<Decision> later = new CompletableFuture<>();
    StateStore slow =
        new ForwardingStore(store()) {
          @Override
          public @Nullable Decision tryDecide(Request request) {
            return null;
          }

          @Override
          public CompletionStage<Decision> decide(Request request, Deadline deadline) {
            return later;
          }
        };
    RateLimiter limiter = limiter(slow);
    RateLimiterMetrics metrics = new RateLimiterMetrics(limiter);
    metrics.bindTo(registry);
    CompletableFuture<Decision> call = limiter.async().tryAcquire("a");
    metrics.close();
    later.completeExceptionally(new StoreUnavailableException("down", false, null));
    assertThat(call).isCompletedExceptionally();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  @DisplayName("show the store that is left when another one is closed")
  void storeOfAnother() {
    RateLimiter old = limiter(store());
    RateLimiterMetrics ofOld = new RateLimiterMetrics(old);
    ofOld.bindTo(registry);
    RateLimiter present = limiter(store());
    new RateLimiterMetrics(present).bindTo(registry);
    old.tryAcquire("a");
    assertThat(registry.get("rate.limiter.local.keys").gauge().value()).isOne();
    ofOld.close();
    present.tryAcquire("a");
    present.tryAcquire("b");
    assertThat(registry.get("rate.limiter.local.keys").gauge().value()).isEqualTo(2);
  }

  @Test
  @DisplayName("count again after a limiter was forgotten without closing its metrics")
  void forgotten() {
    WeakReference<RateLimiter> forgotten = bindAndForget();
    await()
        .until(
            () -> {
              System.gc();
              return forgotten.refersTo(null);
            });
    RateLimiter limiter = limiter(store());
    new RateLimiterMetrics(limiter).bindTo(registry);
    limiter.tryAcquire("a");
    limiter.tryAcquire("b");
    assertThat(requests()).isEqualTo(2);
    assertThat(registry.get("rate.limiter.local.keys").gauge().value()).isEqualTo(2);
  }

  private WeakReference<RateLimiter> bindAndForget() {
    RateLimiter limiter = limiter(store());
    new RateLimiterMetrics(limiter).bindTo(registry);
    limiter.tryAcquire("a");
    return new WeakReference<>(limiter);
  }

  @Test
  @DisplayName("count once when they are bound twice")
  void twice() {
    RateLimiter limiter = limiter(store());
    RateLimiterMetrics metrics = new RateLimiterMetrics(limiter);
    metrics.bindTo(registry);
    metrics.bindTo(registry);
    limiter.tryAcquire("a");
    assertThat(requests()).isOne();
    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  @DisplayName("are bounded when a function returns ever new versions of a policy")
  void versions() {
    AtomicInteger version = new AtomicInteger();
    RateLimiter limiter =
        RateLimiter.builder()
            .policies(key -> Policy.parse("api", version.incrementAndGet() + "/min"))
            .store(store())
            .timeSource(clock)
            .build();
    new RateLimiterMetrics(limiter).bindTo(registry);
    for (int i = 0; i < 500; i++) {
      limiter.tryAcquire("a", 1_000);
    }
    assertThat(registry.find("rate.limiter.requests.rejected").meters()).hasSize(101);
    assertThat(
            registry
                .get("rate.limiter.requests.rejected")
                .tag("limit", "other")
                .functionCounter()
                .count())
        .isEqualTo(400);
  }

  @Test
  @DisplayName("show a version that two limiters use as long as one of them does")
  void sharedVersion() {
    Policy shared = Policy.parse("api", "5/min");
    LimitsInForce limits =
        new LimitsInForce(
            new Registered(registry, Tags.empty(), ConcurrentHashMap.newKeySet()), clock);
    LimitsInForce.Version ofFirst = limits.version(shared);
    LimitsInForce.Version ofSecond = limits.version(shared);
    LimitsInForce.Version another = limits.version(Policy.parse("api", "7/min"));
    ofFirst.use();
    for (int i = 0; i < 4; i++) {
      ofSecond.use();
      another.use();
      assertThat(registry.getMeters()).hasSize(2);
      clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  @DisplayName("have the time of a part of a joint call that may wait under that operation")
  void jointCall() throws InterruptedException {
    LocalStateStore store = store();
    RateLimiter granting = limiter(store);
    RateLimiter refusing =
        RateLimiter.builder().policy("none", "0/min").store(store).timeSource(clock).build();
    new RateLimiterMetrics(granting).bindTo(registry);
    assertThat(
            JointLimiter.of(granting.part("a"), refusing.part("a"))
                .tryAcquire(Duration.ofSeconds(3))
                .allowed())
        .isFalse();
    assertThat(registry.find("rate.limiter.check.duration").timers())
        .singleElement()
        .extracting(timer -> timer.getId().getTag("operation"))
        .isEqualTo("acquire_waiting");
    assertThat(registry.get("rate.limiter.operations").tag("operation", "peek").functionCounter())
        .extracting(FunctionCounter::count)
        .isEqualTo(1.0);
  }

  @Test
  @DisplayName("forget the highest usage, also if the clock goes back")
  void clockGoesBack() {
    RateLimiter limiter = limiter(store());
    RateLimiterMetrics.builder(limiter).usageOf("api").timeSource(clock).build().bindTo(registry);
    limiter.tryAcquire("a", 3);
    clock.set(clock.nowMicros() - Duration.ofDays(30).toMillis() * 1_000);
    for (int i = 0; i < 3; i++) {
      assertThat(registry.get("rate.limiter.usage.percentage").gauge().value())
          .isEqualTo(i == 0 ? 100 : 0);
      clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  @DisplayName("have the same tags if there are too many policies")
  void tooManyPolicies() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policies(key -> Policy.parse(key, "3/min"))
            .store(store())
            .timeSource(clock)
            .build();
    RateLimiterMetrics.builder(limiter)
        .tag("tier", 5, (policy, key) -> "gold")
        .build()
        .bindTo(registry);
    for (int i = 0; i < 10_001; i++) {
      limiter.tryAcquire("policy" + i);
    }
    assertThat(registry.get("rate.limiter.requests").tag("policy", "other").meters())
        .singleElement()
        .extracting(Meter::getId)
        .satisfies(id -> assertThat(id.getTags()).contains(Tag.of("tier", "other")));
  }

  @Test
  @DisplayName("count a call if the function of a tag throws a checked exception")
  void checkedException() {
    RateLimiter limiter = limiter(store());
    RateLimiterMetrics.builder(limiter)
        .tag(
            "tier",
            5,
            (policy, key) -> {
              throw RegistryMetersTest.<RuntimeException>unchecked(new IOException("no file"));
            })
        .build()
        .bindTo(registry);
    limiter.tryAcquire("a");
    assertThat(registry.get("rate.limiter.requests").tag("tier", "unknown").functionCounter())
        .extracting(FunctionCounter::count)
        .isEqualTo(1.0);
    assertThat(registry.find("rate.limiter.requests").meters()).as("no other value").hasSize(1);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable e) {
    return (E) e;
  }

  @ParameterizedTest
  @ValueSource(strings = {"le", "quantile", "error.type", "error_type"})
  @DisplayName("have no tags of the application with names that Prometheus or another tag has")
  void reserved(String name) {
    RateLimiterMetricsBuilder builder = RateLimiterMetrics.builder(limiter(store()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tag(name, 5, (policy, key) -> "gold"))
        .withMessageContaining(name);
    builder.tags(Tags.of("a.b", "c"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tag("a_b", 5, (policy, key) -> "gold"));
  }

  @Test
  @DisplayName("harm no scrape if a store has a number that it cannot tell")
  void badNumbers() {
    StateStore store =
        new ForwardingStore(store()) {
          @Override
          public List<StoreMeter> meters() {
            return List.of(
                StoreMeter.counter("throwing", "Throws", RegistryMetersTest::fail),
                StoreMeter.counter("negative", "Below 0", () -> -1));
          }
        };
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new RateLimiterMetrics(limiter(store)).bindTo(prometheus);
    assertThat(prometheus.scrape())
        .contains("rate_limiter_throwing_total NaN", "rate_limiter_negative_total NaN");
  }

  private static double fail() {
    throw new IllegalStateException("closed");
  }
}
