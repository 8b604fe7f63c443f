package io.github.ratelimiter.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.Cost;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The metrics of a limiter")
class RateLimiterMetricsTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore local = LocalStateStore.builder().timeSource(clock).build();
  private final FaultyStore faulty = new FaultyStore(local);
  private final MeterRegistry registry = new SimpleMeterRegistry();

  /** Decides as a store with I/O does, and fails on demand. */
  private static final class FaultyStore extends ForwardingStore {
    @Nullable RuntimeException failure;

    FaultyStore(StateStore store) {
      super(store);
    }

    @Override
    public @Nullable Decision tryDecide(Request request) {
      return null;
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return failure == null
          ? super.decide(request, deadline)
          : CompletableFuture.failedFuture(failure);
    }
  }

  private RateLimiter limiter(String policy, StateStore store) {
    return RateLimiter.builder().policy("api", policy).store(store).timeSource(clock).build();
  }

  private double count(String name, String... tags) {
    return registry.find(name).tags(tags).functionCounters().stream()
            .mapToDouble(counter -> counter.count())
            .sum()
        + registry.find(name).tags(tags).counters().stream()
            .mapToDouble(counter -> counter.count())
            .sum();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  @Test
  @DisplayName("count decisions by policy, outcome and source")
  void decisions() {
    RateLimiter limiter = limiter("3/min", local);
    new RateLimiterMetrics(limiter).bindTo(registry);
    for (int i = 0; i < 5; i++) {
      limiter.tryAcquire("a");
    }
    limiter.tryAcquire("b", 4);
    KeyLimiter bound = limiter.forKey("c");
    bound.tryAcquire();
    limiter.async().tryAcquire("d").join();
    limiter.reserve("e", Cost.of(2));

    assertThat(count("rate.limiter.requests")).isEqualTo(9);
    assertThat(
            count(
                "rate.limiter.requests", "policy", "api", "outcome", "allowed", "source", "store"))
        .isEqualTo(6);
    assertThat(count("rate.limiter.requests", "outcome", "refused")).isEqualTo(2);
    assertThat(count("rate.limiter.requests", "outcome", "impossible")).isOne();
    assertThat(count("rate.limiter.requests.allowed", "source", "store")).isEqualTo(6);
    assertThat(count("rate.limiter.requests.rejected", "limit", "3/min", "reason", "limit"))
        .isEqualTo(2);
    assertThat(count("rate.limiter.requests.rejected", "reason", "impossible")).isOne();
  }

  @Test
  @DisplayName("count calls that do not ask for permits apart from requests")
  void operations() {
    RateLimiter limiter = limiter("10/min", local);
    new RateLimiterMetrics(limiter).bindTo(registry);
    limiter.peek("a", 11);
    limiter.refund("a", 1);
    limiter.record("a", 1);
    limiter.record("a", 1);
    limiter.drain("a", Duration.ofSeconds(1));
    limiter.reset("a");
    assertThat(count("rate.limiter.requests")).isZero();
    assertThat(count("rate.limiter.operations", "operation", "peek")).isOne();
    assertThat(count("rate.limiter.operations", "operation", "record")).isEqualTo(2);
    assertThat(count("rate.limiter.operations")).isEqualTo(6);
  }

  @Test
  @DisplayName("count a part of a joint call that was only queried as a peek")
  void joint() {
    RateLimiter limiter = limiter("2/min", local);
    RateLimiter everybody =
        RateLimiter.builder().policy("all", "1/min").store(local).timeSource(clock).build();
    new RateLimiterMetrics(limiter).bindTo(registry);
    new RateLimiterMetrics(everybody).bindTo(registry);
    JointLimiter joint = JointLimiter.of(limiter.part("a"), everybody.part("all"));
    assertThat(joint.tryAcquire().allowed()).isTrue();
    assertThat(joint.tryAcquire().allowed()).isFalse();
    assertThat(count("rate.limiter.requests", "policy", "api", "outcome", "allowed")).isOne();
    assertThat(count("rate.limiter.operations", "policy", "api", "operation", "peek")).isOne();
    assertThat(count("rate.limiter.requests.rejected", "policy", "all")).isOne();
  }

  @Test
  @DisplayName("count allowed requests that leave at most a fifth of the limit")
  void nearLimit() {
    RateLimiter limiter = limiter("10/min; fixed-window 1000/h", local);
    new RateLimiterMetrics(limiter).bindTo(registry);
    limiter.tryAcquire("a", 7);
    assertThat(count("rate.limiter.requests.near.limit")).isZero();
    limiter.tryAcquire("a");
    assertThat(count("rate.limiter.requests.near.limit")).isOne();
    limiter.tryAcquire("a", 3);
    assertThat(count("rate.limiter.requests.near.limit")).as("a refusal").isOne();
  }

  @Test
  @DisplayName("time calls that do I/O or wait, and no others")
  void times() throws InterruptedException {
    RateLimiter inProcess = limiter("10/min", local);
    RateLimiter remote = limiter("leaky-bucket 10/min", faulty);
    new RateLimiterMetrics(inProcess).bindTo(registry);
    new RateLimiterMetrics(remote).bindTo(registry);
    inProcess.tryAcquire("a");
    assertThat(registry.find("rate.limiter.check.duration").timers()).isEmpty();
    remote.tryAcquire("b");
    remote.async().peek("b").join();
    inProcess.tryAcquire("a", 1, Duration.ZERO);
    assertThat(
            registry
                .get("rate.limiter.check.duration")
                .tag("algorithm", "leaky-bucket")
                .timer()
                .count())
        .isEqualTo(2);
    assertThat(
            registry
                .get("rate.limiter.check.duration")
                .tag("algorithm", "token-bucket")
                .timer()
                .count())
        .isOne();
  }

  @Test
  @DisplayName("count failures by type, and as requests that failed")
  void errors() {
    RateLimiter limiter = limiter("10/min", faulty);
    new RateLimiterMetrics(limiter).bindTo(registry);
    faulty.failure = new StoreUnavailableException("down", false, null);
    assertThatThrownBy(() -> limiter.tryAcquire("a")).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> limiter.peek("a")).isInstanceOf(StoreUnavailableException.class);
    faulty.failure = new IllegalStateException("broken");
    assertThat(limiter.async().tryAcquire("a")).isCompletedExceptionally();
    assertThat(count("rate.limiter.errors", "error.type", "unavailable")).isEqualTo(2);
    assertThat(count("rate.limiter.errors", "error.type", "IllegalStateException")).isOne();
    assertThat(count("rate.limiter.requests", "outcome", "failed", "source", "none")).isEqualTo(2);
  }

  @Test
  @DisplayName("show leases: permits granted, spent and returned")
  void leases() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "1000/s")
            .store(faulty)
            .timeSource(clock)
            .wrap(inner -> AdmissionCache.around(inner).timeSource(clock).build())
            .build();
    new RateLimiterMetrics(limiter).bindTo(registry);
    for (int i = 0; i < 40; i++) {
      limiter.tryAcquire("hot");
    }
    limiter.close();
    double granted = count("rate.limiter.lease.granted", "policy", "api");
    double spent = count("rate.limiter.lease.spent", "policy", "api");
    double returned = count("rate.limiter.lease.returned", "policy", "api");
    assertThat(spent)
        .isPositive()
        .isEqualTo(count("rate.limiter.requests", "outcome", "allowed", "source", "lease"));
    assertThat(returned).isPositive();
    assertThat(granted).isGreaterThanOrEqualTo(spent + returned);
    assertThat(gauge("rate.limiter.cache.keys")).isOne();
  }

  @Test
  @DisplayName("show an outage: fallbacks by reason, the breaker, what was charged afterwards")
  void outage() {
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "5/min")
            .store(faulty)
            .timeSource(clock)
            .wrap(
                inner ->
                    Fallback.around(inner).instance(0, 1).window(5, 2).timeSource(clock).build())
            .build();
    new RateLimiterMetrics(limiter).bindTo(registry);
    faulty.failure = new StoreUnavailableException("down", false, null);
    for (int i = 0; i < 7; i++) {
      limiter.tryAcquire("a");
    }
    assertThat(count("rate.limiter.fallbacks", "policy", "api", "reason", "unavailable"))
        .isEqualTo(7);
    assertThat(count("rate.limiter.requests.rejected", "reason", "outage")).isEqualTo(2);
    assertThat(gauge("rate.limiter.breaker.open")).isOne();
    assertThat(count("rate.limiter.breaker.transitions", "state", "open")).isOne();
    assertThat(gauge("rate.limiter.fallback.keys.uncharged")).isOne();
    faulty.failure = null;
    for (int i = 0; i < 30; i++) {
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(gauge("rate.limiter.breaker.open")).isZero();
    assertThat(count("rate.limiter.breaker.transitions", "state", "closed")).isOne();
    assertThat(count("rate.limiter.recovered")).isEqualTo(5);
    assertThat(gauge("rate.limiter.fallback.keys.uncharged")).isZero();
  }

  @Test
  @DisplayName("show the keys and evictions of a store in the process")
  void stores() {
    LocalStateStore small = LocalStateStore.builder().maximumKeys(10).timeSource(clock).build();
    RateLimiter limiter = limiter("5/h", small);
    new RateLimiterMetrics(limiter).bindTo(registry);
    for (int i = 0; i < 30; i++) {
      limiter.tryAcquire("key" + i);
    }
    assertThat(gauge("rate.limiter.local.keys")).isEqualTo(10);
    assertThat(gauge("rate.limiter.local.keys.max")).isEqualTo(10);
    assertThat(count("rate.limiter.local.evictions")).isEqualTo(20);
  }

  @Test
  @DisplayName("show the limits in force, and forget a version that was replaced")
  void limits() {
    AtomicReference<Policy> policy = new AtomicReference<>(Policy.parse("api", "10/s; 100/h"));
    RateLimiter limiter =
        RateLimiter.builder().policies(key -> policy.get()).store(local).timeSource(clock).build();
    RateLimiterMetrics.builder(limiter).timeSource(clock).build().bindTo(registry);
    limiter.tryAcquire("a");
    assertThat(gauge("rate.limiter.limit.permits", "policy", "api", "limit", "10/s")).isEqualTo(10);
    assertThat(gauge("rate.limiter.limit.permits", "limit", "100/h")).isEqualTo(100);

    policy.set(Policy.parse("api", "20/s"));
    limiter.tryAcquire("a");
    assertThat(registry.find("rate.limiter.limit.permits").gauges()).hasSize(3);
    clock.advance(Duration.ofMinutes(1));
    assertThat(registry.find("rate.limiter.limit.permits").gauges()).as("in the minute").hasSize(3);
    limiter.tryAcquire("a");
    clock.advance(Duration.ofMinutes(1));
    assertThat(registry.find("rate.limiter.limit.permits").gauges()).hasSize(1);
    assertThat(gauge("rate.limiter.limit.permits", "limit", "20/s")).isEqualTo(20);

    clock.advance(Duration.ofHours(1));
    assertThat(registry.find("rate.limiter.limit.permits").gauges()).as("no decision").hasSize(1);
    policy.set(Policy.parse("api", "10/s; 100/h"));
    limiter.tryAcquire("a");
    assertThat(gauge("rate.limiter.limit.permits", "limit", "100/h"))
        .as("a rollback")
        .isEqualTo(100);
  }

  @Test
  @DisplayName("show the highest usage of the policies that ask for it")
  void usage() {
    RateLimiter limiter = limiter("10/h", local);
    RateLimiterMetrics.builder(limiter).usageOf("api").timeSource(clock).build().bindTo(registry);
    limiter.tryAcquire("a", 3);
    limiter.tryAcquire("b", 7);
    limiter.tryAcquire("a", 1);
    assertThat(gauge("rate.limiter.usage.percentage", "policy", "api")).isEqualTo(70);
    clock.advance(Duration.ofMinutes(1));
    assertThat(gauge("rate.limiter.usage.percentage", "policy", "api")).isEqualTo(70);
    clock.advance(Duration.ofMinutes(1));
    assertThat(gauge("rate.limiter.usage.percentage", "policy", "api")).isZero();
    limiter.tryAcquire("b", 4);
    assertThat(gauge("rate.limiter.usage.percentage", "policy", "api")).isBetween(69.0, 70.0);
  }

  @Test
  @DisplayName("have tags of the application, with a maximum number of values")
  void customTags() {
    RateLimiter limiter = limiter("100/min", local);
    RateLimiterMetrics.builder(limiter)
        .tag("tier", 2, (policy, key) -> key.substring(0, key.indexOf(':')))
        .tag("first", 9, (policy, key) -> key.startsWith("gold") ? "yes" : null)
        .build()
        .bindTo(registry);
    List.of("gold:1", "gold:2", "silver:1", "bronze:1", "tin:1", "gold:3", "none")
        .forEach(limiter::tryAcquire);
    assertThat(count("rate.limiter.requests", "tier", "gold", "first", "yes")).isEqualTo(3);
    assertThat(count("rate.limiter.requests", "tier", "silver", "first", "unknown")).isOne();
    assertThat(count("rate.limiter.requests", "tier", "other")).isEqualTo(2);
    assertThat(count("rate.limiter.requests", "tier", "unknown"))
        .as("the function throws an exception")
        .isOne();
  }

  @Test
  @DisplayName("never have a key as a tag")
  void noKeys() {
    RateLimiter limiter = limiter("1/min", faulty);
    new RateLimiterMetrics(limiter).bindTo(registry);
    limiter.tryAcquire("secret");
    limiter.tryAcquire("secret");
    limiter.reset("secret");
    assertThat(registry.getMeters())
        .isNotEmpty()
        .allSatisfy(meter -> assertThat(meter.getId().toString()).doesNotContain("secret"));
  }

  @Test
  @DisplayName("of several limiters in one registry are counted together, and a store's once")
  void severalLimiters() {
    StateStore cache = AdmissionCache.around(faulty).timeSource(clock).build();
    LongAdder leased = new LongAdder();
    cache.addListener(
        event -> {
          if (event instanceof StoreEvent.LeaseGranted lease) {
            leased.add(lease.permits());
          }
        });
    RateLimiter one = limiter("1000/s", cache);
    RateLimiter two = limiter("1000/s", cache);
    RateLimiterMetrics first = new RateLimiterMetrics(one);
    RateLimiterMetrics second = new RateLimiterMetrics(two);
    first.bindTo(registry);
    second.bindTo(registry);
    for (int i = 0; i < 20; i++) {
      one.tryAcquire("hot");
      two.tryAcquire("hot");
    }
    assertThat(count("rate.limiter.requests", "policy", "api")).isEqualTo(40);
    assertThat(count("rate.limiter.lease.granted")).isPositive().isEqualTo(leased.sum());

    first.close();
    one.tryAcquire("hot");
    two.tryAcquire("hot");
    assertThat(count("rate.limiter.requests", "policy", "api")).isEqualTo(41);
    second.close();
    assertThat(registry.getMeters()).isEmpty();
    second.bindTo(registry);
    two.tryAcquire("hot");
    assertThat(count("rate.limiter.requests", "policy", "api")).isOne();
  }

  @Test
  @DisplayName("of limiters with different stores have different tags")
  void differentStores() {
    LocalStateStore other = LocalStateStore.builder().timeSource(clock).build();
    RateLimiter one = limiter("5/h", local);
    RateLimiter two = limiter("5/h", other);
    RateLimiterMetrics.builder(one)
        .tags(Tags.of(Tag.of("limiter", "one")))
        .build()
        .bindTo(registry);
    RateLimiterMetrics.builder(two)
        .tags(Tags.of(Tag.of("limiter", "two")))
        .build()
        .bindTo(registry);
    one.tryAcquire("a");
    two.tryAcquire("a");
    two.tryAcquire("b");
    assertThat(gauge("rate.limiter.local.keys", "limiter", "one")).isOne();
    assertThat(gauge("rate.limiter.local.keys", "limiter", "two")).isEqualTo(2);
    assertThat(count("rate.limiter.requests", "limiter", "two")).isEqualTo(2);
  }

  @Test
  @DisplayName("harm no decision if the registry is closed or refuses a meter")
  void brokenRegistry() {
    RateLimiter limiter = limiter("2/min", local);
    MeterRegistry broken = new SimpleMeterRegistry();
    broken
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                if (id.getName().startsWith("rate.limiter.requests")) {
                  throw new IllegalStateException("refused");
                }
                return id;
              }
            });
    new RateLimiterMetrics(limiter).bindTo(broken);
    new RateLimiterMetrics(limiter).bindTo(registry);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
    registry.close();
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
    assertThat(limiter.tryAcquire("a").allowed()).isFalse();
    assertThat(limiter.peek("a").remaining()).isZero();
  }

  @Test
  @DisplayName("name every operation in lower case")
  void names() {
    for (Call.Operation operation : Call.Operation.values()) {
      assertThat(Names.of(operation)).isEqualTo(operation.name().toLowerCase(Locale.ROOT));
    }
    assertThat(Names.algorithm(Policy.parse("p", "1/s; sliding-window 5/min")))
        .isEqualTo("several");
    assertThat(Names.algorithm(Policy.parse("p", "fixed-window 5/day in UTC")))
        .isEqualTo("calendar-window");
  }

  @Test
  @DisplayName("refuse a tag that has a meaning already")
  void badTags() {
    RateLimiterMetricsBuilder builder = RateLimiterMetrics.builder(limiter("2/min", local));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tag("policy", 5, (policy, key) -> "x"))
        .withMessage("the tag 'policy' has a meaning already; choose another name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tag("tier", 0, (policy, key) -> "x"))
        .withMessage("maximumValues is 0; it must be at least 1");
    builder.tags(Tags.of("tier", "gold"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tag("tier", 5, (policy, key) -> "x"))
        .withMessageContaining("'tier'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.tags(Tags.of(" ", "gold")))
        .withMessageContaining("is blank");
  }
}
