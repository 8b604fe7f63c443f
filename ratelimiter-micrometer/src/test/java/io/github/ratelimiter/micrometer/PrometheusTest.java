package io.github.ratelimiter.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.servers.RedisProcess;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Scrapes a limiter with all its wrappers on a real server. */
@DisplayName("A scrape by Prometheus")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrometheusTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private String scrape = "";

  /** How many requests were made. */
  private int requests;

  @BeforeAll
  void run() {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore redis =
            RedisStateStore.builder(server.uri()).timeout(Duration.ofSeconds(10)).build();
        RateLimiter limiter =
            RateLimiter.builder()
                .policy("api", "5000/s; 8000/h")
                .store(redis)
                .wrap(inner -> Fallback.around(inner).instance(0, 1).window(5, 2).build())
                .wrap(AdmissionCache::of)
                .build();
        RateLimiterMetrics metrics = RateLimiterMetrics.builder(limiter).usageOf("api").build()) {
      metrics.bindTo(registry);
      AtomicInteger rounds = new AtomicInteger();
      await("a lease is worth it")
          .until(() -> isLeased(limiter, "busy" + rounds.getAndIncrement() / 20));
      for (int i = 0; i < 10_000; i++) {
        limiter.tryAcquire("hot");
        if (i % 1_000 == 0) {
          limiter.tryAcquire("cold" + i);
        }
      }
      limiter.tryAcquire("hot", 10_000);
      limiter.peek("hot");
      requests += 10_000 + 10 + 1 + 10;
      server.kill();
      for (int i = 0; i < 10; i++) {
        limiter.tryAcquire("cold" + i);
      }
      scrape = registry.scrape();
    }
  }

  /** Whether a key has a lease after some more calls: it gets one if they are frequent enough. */
  private boolean isLeased(RateLimiter limiter, String key) {
    for (int i = 0; i < 200; i++) {
      limiter.tryAcquire(key);
      requests++;
    }
    scrape = registry.scrape();
    return samples("rate_limiter_lease_granted_total").findAny().isPresent();
  }

  @AfterAll
  void close() {
    registry.close();
  }

  private Stream<String> samples(String name) {
    return scrape
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "));
  }

  private double sum(String name) {
    return samples(name)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  @DisplayName("has the names that dashboards and alerts use")
  void names() {
    assertThat(
            List.of(
                "rate_limiter_requests_total",
                "rate_limiter_requests_allowed_total",
                "rate_limiter_requests_rejected_total",
                "rate_limiter_requests_near_limit_total",
                "rate_limiter_operations_total",
                "rate_limiter_check_duration_seconds_bucket",
                "rate_limiter_check_duration_seconds_count",
                "rate_limiter_usage_percentage",
                "rate_limiter_limit_permits",
                "rate_limiter_lease_granted_total",
                "rate_limiter_lease_spent_total",
                "rate_limiter_fallbacks_total",
                "rate_limiter_breaker_open",
                "rate_limiter_cache_keys",
                "rate_limiter_fallback_keys_uncharged",
                "rate_limiter_batch_size_sum",
                "rate_limiter_redis_connected",
                "rate_limiter_redis_connections",
                "rate_limiter_redis_connects_total",
                "rate_limiter_redis_clock_skew_seconds",
                "redis_operation_duration_seconds_bucket"))
        .allSatisfy(name -> assertThat(samples(name)).as(name).isNotEmpty());
  }

  @Test
  @DisplayName("adds up: every request was allowed or rejected")
  void addsUp() {
    assertThat(sum("rate_limiter_requests_total")).isEqualTo(requests);
    assertThat(
            sum("rate_limiter_requests_allowed_total")
                + sum("rate_limiter_requests_rejected_total"))
        .isEqualTo(requests);
    assertThat(sum("rate_limiter_usage_percentage")).isBetween(50.0, 100.0);
  }

  @Test
  @DisplayName("has the bounds of the histograms that were asked for, in seconds")
  void bounds() {
    assertThat(
            samples("rate_limiter_check_duration_seconds_bucket")
                .filter(line -> line.contains("operation=\"peek\"")))
        .extracting(line -> line.replaceAll(".*le=\"([^\"]+)\".*", "$1"))
        .containsExactly(
            "0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "+Inf");
  }

  @Test
  @DisplayName("passes the check of promtool")
  void promtool() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/promtool")),
        "promtool is not installed (Debian: apt-get install prometheus)");
    Process process =
        new ProcessBuilder("/usr/bin/promtool", "check", "metrics")
            .redirectErrorStream(true)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(scrape.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).isEmpty();
  }
}
