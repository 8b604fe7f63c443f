package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The actuator")
class ActuatorTest {
  private static final String[] PROPERTIES = {
    "ratelimiter.policies.login=1/h",
    "ratelimiter.method.enabled=false",
    "management.endpoints.web.exposure.include=ratelimiter,health",
    "management.endpoint.health.show-details=always",
  };

  private static Server server;

  @BeforeAll
  static void start() {
    server = Server.servlet(ServletLimitsTest.Application.class, PROPERTIES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void allPermits() {
    server.reset("ann");
  }

  @Test
  @DisplayName(
      "shows policies, the keys that are limited most and the state of a key, and resets it")
  void endpoint() {
    RateLimiters limiters = server.context().getBean(RateLimiters.class);
    limiters.get("login").tryAcquire("ann");
    limiters.get("login").tryAcquire("ann");

    assertThat(server.get("/actuator/ratelimiter").body())
        .contains("\"login\":{\"status\":\"ready\"");
    assertThat(server.get("/actuator/ratelimiter/login").body())
        .contains("\"lastMinute\":[{\"key\":\"ann\",\"refusals\":1,\"error\":0}]");
    assertThat(server.get("/actuator/ratelimiter/login?key=ann").body())
        .contains("\"allowed\":false", "\"remaining\":0", "\"policy\":\"1/h\"");
    assertThat(server.get("/actuator/ratelimiter/nowhere").statusCode()).isEqualTo(404);

    server.send("DELETE", "/actuator/ratelimiter/login?key=ann");
    assertThat(limiters.get("login").peek("ann").allowed()).isTrue();
  }

  @Test
  @DisplayName("shows whether the store decides in the health of the application")
  void health() {
    assertThat(server.get("/actuator/health").body())
        .contains("\"rateLimiter\":{\"details\":{\"login\":\"ready\"},\"status\":\"UP\"}");
  }

  @Test
  @DisplayName("has a registry, in which decisions are counted")
  void metrics() {
    server.context().getBean(RateLimiters.class).get("login").tryAcquire("ann");

    MeterRegistry registry = server.context().getBean(MeterRegistry.class);
    assertThat(registry.get("rate.limiter.requests").tag("policy", "login").functionCounters())
        .anySatisfy(counter -> assertThat(counter.count()).isPositive());
  }
}
