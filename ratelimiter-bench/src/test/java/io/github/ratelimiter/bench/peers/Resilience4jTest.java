package io.github.ratelimiter.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the page on coming from other libraries says about Resilience4j. */
class Resilience4jTest {
  private static final Duration CYCLE = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(1_000_000_000);

  private AtomicRateLimiter limiter(Duration timeout) {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(10)
            .limitRefreshPeriod(CYCLE)
            .timeoutDuration(timeout)
            .build();
    return new AtomicRateLimiter("limiter", config, nanos::get);
  }

  @Test
  void oneThing() {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(10)
            .limitRefreshPeriod(Duration.ofSeconds(1))
            .timeoutDuration(Duration.ZERO)
            .build();
    RateLimiter limiter = RateLimiter.of("orders", config);
    boolean allowed = limiter.acquirePermission();

    assertThat(allowed).isTrue();
  }

  private static String fetchOrders() {
    return "orders";
  }

  @Test
  void guardedCall() {
    RateLimiter limiter = limiter(Duration.ZERO);

    Supplier<String> orders = RateLimiter.decorateSupplier(limiter, () -> fetchOrders());

    assertThat(orders.get()).isEqualTo("orders");
    limiter.acquirePermission(9);
    assertThatExceptionOfType(RequestNotPermitted.class).isThrownBy(orders::get);
  }

  @Test
  void eachKey() {
    String user = "user:42";
    RateLimiterConfig config = RateLimiterConfig.custom().limitForPeriod(10).build();

    RateLimiterRegistry limiters = RateLimiterRegistry.of(config);
    boolean allowed = limiters.rateLimiter(user).acquirePermission();

    assertThat(allowed).isTrue();
    for (int i = 0; i < 10_000; i++) {
      limiters.rateLimiter("once:" + i).acquirePermission();
    }
    assertThat(limiters.getAllRateLimiters()).as("nothing is removed").hasSize(10_001);
  }

  @Test
  void defaults() {
    RateLimiterConfig defaults = RateLimiterConfig.ofDefaults();
    assertThat(defaults.getTimeoutDuration()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.getLimitForPeriod()).isEqualTo(50);
    assertThat(defaults.getLimitRefreshPeriod()).isEqualTo(Duration.ofNanos(500));
  }

  @Test
  void zeroPermitsAreGranted() {
    RateLimiter limiter = limiter(Duration.ofSeconds(5));
    limiter.acquirePermission(10);
    assertThat(limiter.acquirePermission(0)).isTrue();
    limiter.reservePermission(5);
    assertThat(limiter.reservePermission(0)).as("waits behind others").isPositive();
  }

  @Test
  void moreThanTheLimitWaitsForSeveralCycles() {
    RateLimiter limiter = limiter(Duration.ofSeconds(5));
    assertThat(limiter.reservePermission(25)).isEqualTo(CYCLE.toNanos() * 2);
    assertThat(limiter.reservePermission(1_000)).isEqualTo(-1);
    assertThat(limiter(Duration.ZERO).acquirePermission(11)).isFalse();
  }

  @Test
  void refillsInCycles() {
    RateLimiter limiter = limiter(Duration.ZERO);
    nanos.addAndGet(CYCLE.toNanos() - 1);
    assertThat(limiter.acquirePermission(10)).isTrue();
    assertThat(limiter.acquirePermission(1)).isFalse();

    nanos.addAndGet(1);
    assertThat(limiter.acquirePermission(10)).as("10 more after a nanosecond").isTrue();
  }

  @Test
  void changedLimit() {
    RateLimiter limiter = limiter(Duration.ZERO);
    limiter.acquirePermission(6);

    limiter.changeLimitForPeriod(20);

    assertThat(limiter.getMetrics().getAvailablePermissions()).isEqualTo(4);
    nanos.addAndGet(CYCLE.toNanos());
    assertThat(limiter.getMetrics().getAvailablePermissions()).isEqualTo(20);
  }

  @Test
  void loweredLimitBindsFromTheNextCycle() {
    RateLimiter limiter = limiter(Duration.ZERO);
    limiter.acquirePermission(1);
    limiter.changeLimitForPeriod(5);
    assertThat(limiter.acquirePermission(9)).isTrue();
  }

  @Test
  void listenerAndMetrics() {
    RateLimiter limiter = limiter(Duration.ZERO);

    LongAdder refused = new LongAdder();
    limiter.getEventPublisher().onFailure(event -> refused.increment());
    int left = limiter.getMetrics().getAvailablePermissions();

    limiter.acquirePermission(11);
    assertThat(refused.sum()).isEqualTo(1);
    assertThat(left).isEqualTo(10);
  }

  @Test
  void anInterruptedWaitIsARefusalAndKeepsThePermit() {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(1)
            .limitRefreshPeriod(Duration.ofHours(1))
            .timeoutDuration(Duration.ofHours(2))
            .build();
    RateLimiter limiter = RateLimiter.of("limiter", config);
    limiter.acquirePermission();

    Thread.currentThread().interrupt();
    assertThat(limiter.acquirePermission()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(limiter.getMetrics().getAvailablePermissions()).isEqualTo(-1);
  }
}
