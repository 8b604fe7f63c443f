package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.spring.Server.Kind;
import java.net.http.HttpResponse;
import java.security.Principal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@DisplayName("In a servlet application,")
@ParameterizedClass(name = "on {0}")
@EnumSource(
    value = Kind.class,
    names = {"TOMCAT", "JETTY"})
@Execution(ExecutionMode.SAME_THREAD)
class ServletLimitsTest extends LimitsContract {
  private static final String API = "ratelimiter.policies.api=2/h";
  private static final String[] LIMITS = {
    API,
    "ratelimiter.policies.login=2/h",
    "ratelimiter.web.limits[0].policy=api",
    "ratelimiter.web.limits[0].path-prefix=/api/",
    "ratelimiter.web.limits[1].policy=login",
    "ratelimiter.web.limits[1].path=/login/{status}",
    "ratelimiter.web.limits[1].method=POST",
    "ratelimiter.web.limits[1].key=ip",
    "ratelimiter.web.limits[1].count-status=401",
    "ratelimiter.web.skip.paths=/api/health",
    "ratelimiter.web.skip.methods=OPTIONS",
  };

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Endpoints.class)
  static class Application {
    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(all -> all.anyRequest().permitAll())
          .csrf(csrf -> csrf.disable())
          .httpBasic(Customizer.withDefaults())
          .build();
    }

    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(
          User.withUsername("ann").password("{noop}a").build(),
          User.withUsername("bob").password("{noop}b").build());
    }
  }

  @RestController
  static class Endpoints {
    @GetMapping({"/api/hello", "/api/health", "/other"})
    String hello(Principal user) {
      return user == null ? "hello" : "hello " + user.getName();
    }

    @RateLimited(policy = "api", key = "'method'")
    @GetMapping("/limited")
    String limited() {
      return "hello";
    }

    @PostMapping("/login/{status}")
    ResponseEntity<Void> login(@PathVariable int status) {
      return ResponseEntity.status(status).build();
    }
  }

  private static Server server;

  @Parameter private Kind kind;

  @BeforeParameterizedClassInvocation
  static void start(Kind kind) {
    server = kind.start(Application.class, LIMITS);
  }

  @Override
  Server server() {
    return server;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("a request within the limit has the headers of the draft")
  void headers() {
    HttpResponse<String> response = server.get("/api/hello");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().allValues("RateLimit-Policy"))
        .containsExactly("\"api\";q=2;w=3600");
    assertThat(response.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"api\";r=1");
  }

  @Test
  @DisplayName("other paths, other methods and skipped requests are not limited")
  void notLimited() {
    for (int i = 0; i < 3; i++) {
      assertThat(server.get("/other").statusCode()).isEqualTo(200);
      assertThat(server.get("/api/health").statusCode()).isEqualTo(200);
      assertThat(server.send("OPTIONS", "/api/hello").statusCode()).isEqualTo(200);
      assertThat(server.get("/login/401").statusCode()).isEqualTo(405);
    }
  }

  @Test
  @DisplayName("other spellings of a path do not pass by its limit")
  void spellings() {
    server.get("/api/hello");
    server.get("/%61pi/hello");

    assertThat(server.get("/api/hel%6Co").statusCode()).isEqualTo(429);
    assertThat(server.send("HEAD", "/api/hello").statusCode()).isEqualTo(429);
  }

  @Test
  @DisplayName("the client behind a trusted proxy is counted, and an invented address is not read")
  void proxies() {
    String[] behindProxy = {
      API,
      "ratelimiter.web.limits[0].policy=api",
      "ratelimiter.web.limits[0].key=ip",
      "ratelimiter.web.trusted-proxies=127.0.0.0/8, ::1",
    };
    try (Server server = kind.start(Application.class, behindProxy)) {
      String header = "X-Forwarded-For";
      server.get("/other", header, "192.0.2.1");
      server.get("/other", header, "198.51.100.7, 192.0.2.1");

      assertThat(server.get("/other", header, "203.0.113.9, 192.0.2.1").statusCode())
          .isEqualTo(429);
      assertThat(server.get("/other", header, "192.0.2.2").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("headers and body are those that the properties choose")
  void styles() {
    String[] styles = {
      "ratelimiter.policies.api=1/h",
      "ratelimiter.web.limits[0].policy=api",
      "ratelimiter.web.headers=legacy",
      "ratelimiter.web.expose-headers=true",
      "ratelimiter.web.body=error",
    };
    try (Server server = kind.start(Application.class, styles)) {
      HttpResponse<String> first = server.get("/other");
      assertThat(first.headers().allValues("X-RateLimit-Remaining")).containsExactly("0");
      assertThat(first.headers().allValues("Access-Control-Expose-Headers")).hasSize(1);

      assertThat(server.get("/other").body()).isEqualTo("{\"error\":\"Rate limit exceeded\"}");
    }
  }

  @Nested
  @DisplayName("a refusal by the filter")
  class Handled {
    @ControllerAdvice
    static class Advice {
      @ExceptionHandler
      ResponseEntity<String> refused(RequestRefusedException refused) {
        return ResponseEntity.status(420)
            .headers(refused.getHeaders())
            .body("calm down: " + refused.refusal().violatedPolicies());
      }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Application.class, Advice.class})
    static class WithAdvice {}

    @Test
    @DisplayName("can be handled by a ControllerAdvice, and has one of each header")
    void advice() {
      try (Server server = kind.start(WithAdvice.class, LIMITS)) {
        server.get("/api/hello");
        server.get("/api/hello");

        HttpResponse<String> response = server.get("/api/hello");

        assertThat(response.statusCode()).isEqualTo(420);
        assertThat(response.body()).isEqualTo("calm down: [api]");
        assertThat(response.headers().allValues("Retry-After")).hasSize(1);
      }
    }

    @Test
    @DisplayName("is a problem of Spring if the application wants those")
    void springProblem() {
      try (Server server =
          kind.start(
              Application.class,
              "ratelimiter.policies.api=0/h",
              "ratelimiter.web.limits[0].policy=api",
              "spring.mvc.problemdetails.enabled=true")) {
        HttpResponse<String> response = server.get("/other");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("#quota-exceeded", "\"violated-policies\":[\"api\"]");
      }
    }
  }
}
