package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.http.RequestFilters;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@DisplayName("Beans of the application are used:")
class BeansTest {
  @Configuration(proxyBeanMethods = false)
  @Import(ServletLimitsTest.Application.class)
  static class OwnBeans {
    @Bean
    LocalStateStore ownStore() {
      return LocalStateStore.builder().maximumKeys(10).build();
    }

    @Bean
    RateLimiter everybody(StateStore store) {
      return RateLimiter.of("everybody", "1/h", store);
    }

    @Bean
    RequestKey tenant() {
      return RequestKey.attribute("none", "tenant").orElse(RequestKey.global());
    }

    @Bean
    HttpLimiterCustomizer skipsOther() {
      return (http, phase) -> http.skip(RequestFilters.pathPrefix("/other"));
    }

    @Bean
    RefusalBody body() {
      return (request, refusal) -> new RefusalBody.Content("text/plain", "no " + request.path());
    }

    @Bean
    ApiKeys apiKeys() {
      return "good"::equals;
    }
  }

  @Test
  @DisplayName("a store, a limiter, a key, a customizer and a body")
  void replaced() {
    try (Server server =
        Server.servlet(
            OwnBeans.class,
            "ratelimiter.policies.api=2/h",
            "ratelimiter.web.limits[0].policy=everybody",
            "ratelimiter.web.limits[0].key=tenant+endpoint")) {
      RateLimiters limiters = server.context().getBean(RateLimiters.class);
      assertThat(limiters.get("everybody").store()).isSameAs(server.context().getBean("ownStore"));

      server.get("/api/hello");
      assertThat(server.get("/api/hello").body()).isEqualTo("no /api/hello");
      assertThat(limiters.get("everybody").peek("global|endpoint:/api/hello").allowed()).isFalse();
      server.get("/other");
      assertThat(server.get("/other").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("API keys that are known are counted, and invented ones count for the address")
  void apiKeys() {
    try (Server server =
        Server.servlet(
            OwnBeans.class,
            "ratelimiter.policies.api=2/h",
            "ratelimiter.web.limits[0].policy=everybody",
            "ratelimiter.web.limits[0].key=api-key,ip")) {
      assertThat(server.get("/api/hello", "X-API-Key", "good").statusCode()).isEqualTo(200);
      assertThat(server.get("/api/hello", "X-API-Key", "good").statusCode()).isEqualTo(429);
      assertThat(server.get("/api/hello", "X-API-Key", "invented1").statusCode()).isEqualTo(200);
      assertThat(server.get("/api/hello", "X-API-Key", "invented2").statusCode()).isEqualTo(429);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(ServletLimitsTest.Application.class)
  static class OwnHttpLimiter {
    @Bean
    HttpLimiter own() {
      return HttpLimiter.builder()
          .limit(
              RateLimiter.of("own", "0/h", LocalStateStore.builder().build()), RequestKey.global())
          .build();
    }
  }

  @Test
  @DisplayName("a whole HttpLimiter")
  void httpLimiter() {
    try (Server server = Server.servlet(OwnHttpLimiter.class, "ratelimiter.method.enabled=false")) {
      assertThat(server.get("/other").statusCode()).isEqualTo(429);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(StartTest.Application.class)
  static class Traced {
    @Bean
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }

    @Bean
    OpenTelemetry openTelemetry(InMemorySpanExporter spans) {
      return OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
    }
  }

  @Test
  @DisplayName("OpenTelemetry, in which decisions are traced")
  void traces() {
    new ApplicationContextRunner()
        .withUserConfiguration(Traced.class)
        .withPropertyValues("ratelimiter.redis.enabled=false", "ratelimiter.policies.a=1/h")
        .run(
            context -> {
              Span span =
                  context.getBean(OpenTelemetry.class).getTracer("t").spanBuilder("s").startSpan();
              RateLimiter limiter = context.getBean(RateLimiters.class).get("a");
              Context.current().with(span).wrap(() -> limiter.tryAcquire("k")).call();
              span.end();
              assertThat(context.getBean(InMemorySpanExporter.class).getFinishedSpanItems())
                  .singleElement()
                  .satisfies(done -> assertThat(done.getEvents()).hasSize(1));
            });
  }
}
