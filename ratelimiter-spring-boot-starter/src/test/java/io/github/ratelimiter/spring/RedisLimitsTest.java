package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StateStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@DisplayName("With Redis,")
class RedisLimitsTest {
  private static RedisProcess redis;
  private static int port;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withUserConfiguration(StartTest.Application.class)
          .withPropertyValues("ratelimiter.policies.api=2/h", "ratelimiter.redis.timeout=1s");

  @BeforeAll
  static void start() {
    redis = RedisProcess.start();
    port = redis.port();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private ApplicationContextRunner connected() {
    return runner.withPropertyValues("spring.data.redis.port=" + port);
  }

  @Test
  @DisplayName("limits are shared by applications; they have a fallback and an admission cache")
  void shared() {
    connected()
        .run(
            one ->
                connected()
                    .run(
                        other -> {
                          RateLimiter first = one.getBean(RateLimiters.class).get("api");
                          RateLimiter second = other.getBean(RateLimiters.class).get("api");
                          assertThat(first.store()).isInstanceOf(AdmissionCache.class);
                          assertThat(first.store().unwrap(Fallback.class)).isPresent();
                          assertThat(first.store().unwrap(RedisStateStore.class)).isPresent();

                          assertThat(first.tryAcquire("k").allowed()).isTrue();
                          assertThat(second.tryAcquire("k").allowed()).isTrue();
                          Decision third = first.tryAcquire("k");
                          assertThat(third.allowed()).isFalse();
                        }));
  }

  @Test
  @DisplayName("the cache and the fallback can be switched off")
  void plain() {
    connected()
        .withPropertyValues("ratelimiter.cache.enabled=false", "ratelimiter.fallback.enabled=false")
        .run(
            context ->
                assertThat(context.getBean(StateStore.class)).isInstanceOf(RedisStateStore.class));
  }

  @Test
  @DisplayName("requests of WebFlux are decided without blocking")
  void reactive() {
    String[] properties = {
      "ratelimiter.redis.enabled=true",
      "spring.data.redis.port=" + port,
      "ratelimiter.redis.timeout=1s",
      "ratelimiter.redis.key-prefix=webflux",
      "ratelimiter.policies.api=2/h",
      "ratelimiter.web.limits[0].policy=api",
    };
    try (Server server = Server.reactive(WebFluxLimitsTest.Application.class, properties)) {
      assertThat(server.get("/other").body()).isEqualTo("hello");
      assertThat(server.get("/other").body()).isEqualTo("hello");
      assertThat(server.get("/other").statusCode()).isEqualTo(429);
    }
  }

  @Test
  @DisplayName("an application starts without its server, and the fallback decides")
  void serverIsDown() {
    runner
        .withPropertyValues("spring.data.redis.port=" + RedisProcess.freePort())
        .run(
            context -> {
              RateLimiter limiter = context.getBean(RateLimiters.class).get("api");
              await()
                  .untilAsserted(
                      () ->
                          assertThat(limiter.tryAcquire("other").source())
                              .isEqualTo(Decision.Source.FALLBACK));
            });
  }

  @Test
  @DisplayName("the process keeps the state if the module for Redis is absent or switched off")
  void local() {
    connected()
        .withPropertyValues("ratelimiter.redis.enabled=false")
        .run(context -> assertThat(context).hasSingleBean(LocalStateStore.class));
    connected()
        .withClassLoader(new FilteredClassLoader("io.github.ratelimiter.redis"))
        .run(context -> assertThat(context).hasSingleBean(LocalStateStore.class));
  }
}
