package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

@DisplayName("In a WebFlux application,")
class WebFluxLimitsTest extends LimitsContract {
  private static final String[] LIMITS = {
    "ratelimiter.policies.api=2/h",
    "ratelimiter.policies.login=2/h",
    "ratelimiter.web.limits[0].policy=api",
    "ratelimiter.web.limits[0].path-prefix=/api/",
    "ratelimiter.web.limits[1].policy=login",
    "ratelimiter.web.limits[1].path=/login/*",
    "ratelimiter.web.limits[1].count-status=401",
  };

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableWebFluxSecurity
  @Import({Endpoints.class, ReactorThreads.class})
  static class Application {
    @Bean
    SecurityWebFilterChain security(ServerHttpSecurity http) {
      return http.authorizeExchange(all -> all.anyExchange().permitAll())
          .csrf(csrf -> csrf.disable())
          .httpBasic(Customizer.withDefaults())
          .build();
    }

    @Bean
    MapReactiveUserDetailsService users() {
      return new MapReactiveUserDetailsService(
          User.withUsername("ann").password("{noop}a").build(),
          User.withUsername("bob").password("{noop}b").build());
    }
  }

  @RestController
  static class Endpoints {
    @GetMapping({"/api/hello", "/other"})
    Mono<String> hello(Mono<Principal> user) {
      return user.map(Principal::getName)
          .map(Optional::of)
          .defaultIfEmpty(Optional.empty())
          .map(name -> "hello" + name.map(each -> " " + each).orElse(""));
    }

    @RateLimited(policy = "api", key = "'method'")
    @GetMapping("/limited")
    Mono<String> limited() {
      return Mono.just("hello");
    }

    @PostMapping("/login/{status}")
    Mono<Void> login(@PathVariable int status) {
      return status == 200
          ? Mono.empty()
          : Mono.error(new ResponseStatusException(HttpStatus.valueOf(status)));
    }
  }

  @ControllerAdvice
  static class Advice {
    @ExceptionHandler
    ResponseEntity<String> refused(RequestRefusedException refused) {
      return ResponseEntity.status(420).body("calm down: " + refused.refusal().violatedPolicies());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import({Application.class, Advice.class})
  static class WithAdvice {}

  private static Server server;

  @BeforeAll
  static void start() {
    server = Server.reactive(Application.class, LIMITS);
  }

  @Override
  Server server() {
    return server;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("requests have headers, and other spellings of a path do not pass by its limit")
  void headers() {
    HttpResponse<String> first = server.get("/api/hello");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"api\";r=1");
    server.get("/%61pi/hello");

    assertThat(server.get("/api/hello").statusCode()).isEqualTo(429);
    assertThat(server.get("/other").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("a refusal by the filter can be handled by a ControllerAdvice")
  void advice() {
    try (Server server = Server.reactive(WithAdvice.class, LIMITS)) {
      server.get("/api/hello");
      server.get("/api/hello");

      HttpResponse<String> response = server.get("/api/hello");

      assertThat(response.statusCode()).isEqualTo(420);
      assertThat(response.body()).isEqualTo("calm down: [api]");
      assertThat(response.headers().allValues("Retry-After")).hasSize(1);
    }
  }
}
