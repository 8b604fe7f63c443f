package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.spring.Server.Kind;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
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
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@DisplayName("With Spring Security,")
@ParameterizedClass(name = "on {0}")
@EnumSource
@Execution(ExecutionMode.SAME_THREAD)
class SecurityPhasesTest {
  private static final String ANN = "Basic YW5uOmE=";
  private static final String BOB = "Basic Ym9iOmI=";
  private static final String WRONG = "Basic YW5uOngg";

  private static final String[] LIMITS = {
    "ratelimiter.policies.addresses=5/h",
    "ratelimiter.policies.guesses=fixed-window 2/h",
    "ratelimiter.policies.users=2/h",
    "ratelimiter.web.limits[0].policy=addresses",
    "ratelimiter.web.limits[0].key=ip",
    "ratelimiter.web.limits[1].policy=guesses",
    "ratelimiter.web.limits[1].key=ip",
    "ratelimiter.web.limits[1].count-status=401",
    "ratelimiter.web.limits[2].policy=users",
    "ratelimiter.web.limits[2].key=user",
    "ratelimiter.method.enabled=false",
  };

  @RestController
  static class Endpoint {
    @GetMapping("/hello")
    String hello(Principal user) {
      return "hello " + user.getName();
    }
  }

  private static UserDetails user(String name, String password) {
    return User.withUsername(name).password("{noop}" + password).build();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Endpoint.class)
  static class ServletApplication {
    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(all -> all.anyRequest().authenticated())
          .httpBasic(Customizer.withDefaults())
          .build();
    }

    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(user("ann", "a"), user("bob", "b"));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Endpoint.class, ReactorThreads.class})
  static class ReactiveApplication {
    @Bean
    SecurityWebFilterChain security(ServerHttpSecurity http) {
      return http.authorizeExchange(all -> all.anyExchange().authenticated())
          .httpBasic(Customizer.withDefaults())
          .build();
    }

    @Bean
    MapReactiveUserDetailsService users() {
      return new MapReactiveUserDetailsService(user("ann", "a"), user("bob", "b"));
    }
  }

  private static Server start(Kind kind, String... properties) {
    return kind.start(
        kind == Kind.NETTY ? ReactiveApplication.class : ServletApplication.class, properties);
  }

  private static String[] limitsAnd(String... more) {
    return Stream.concat(Stream.of(LIMITS), Stream.of(more)).toArray(String[]::new);
  }

  private static Server server;

  @Parameter private Kind kind;

  @BeforeParameterizedClassInvocation
  static void start(Kind kind) {
    server = start(kind, LIMITS);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  @BeforeEach
  void allPermits() {
    server.reset("ip:127.0.0.1", "user:ann", "user:bob");
  }

  private static HttpResponse<String> hello(Server server, String authorization) {
    return server.get("/hello", "Authorization", authorization);
  }

  @Test
  @DisplayName("requests that it answers itself count for limits by address")
  void unauthenticated() {
    assertThat(server.get("/hello").statusCode()).isEqualTo(401);
    assertThat(hello(server, WRONG).statusCode()).isEqualTo(401);

    HttpResponse<String> third = hello(server, WRONG);

    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.body()).contains("\"violated-policies\":[\"guesses\"]");
    assertThat(third.headers().allValues("Retry-After")).hasSize(1);
  }

  @Test
  @DisplayName("a request counts once for each limit, and the headers describe the limits of both")
  void bothPhases() {
    HttpResponse<String> first = hello(server, ANN);
    assertThat(first.body()).isEqualTo("hello ann");
    assertThat(first.headers().allValues("RateLimit-Policy"))
        .containsExactly("\"addresses\";q=5;w=3600, \"guesses\";q=2;w=3600, \"users\";q=2;w=3600");
    assertThat(remaining(first)).containsExactly("addresses 4", "guesses 1", "users 1");

    awaitAllGuesses();
    assertThat(remaining(hello(server, ANN)))
        .containsExactly("addresses 3", "guesses 1", "users 0");
    awaitAllGuesses();
    HttpResponse<String> third = hello(server, ANN);

    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.body()).contains("\"violated-policies\":[\"users\"]");
    assertThat(remaining(third)).containsExactly("addresses 2", "guesses 1", "users 0");
    awaitAllGuesses();
    assertThat(remaining(hello(server, BOB)))
        .containsExactly("addresses 1", "guesses 1", "users 1");
  }

  private static void awaitAllGuesses() {
    server.awaitRemaining("guesses", "ip:127.0.0.1", 2);
  }

  /** Returns for example {@code users 1}. */
  private static List<String> remaining(HttpResponse<String> response) {
    assertThat(response.headers().allValues("RateLimit")).hasSize(1);
    return Stream.of(response.headers().allValues("RateLimit").get(0).split(", ", -1))
        .map(item -> item.replaceAll("\"(.*)\";r=(\\d+).*", "$1 $2"))
        .toList();
  }

  @Test
  @DisplayName(
      "a phase can be chosen, and headers with one value have that of the limit that binds")
  void singleValues() {
    String[] properties =
        limitsAnd(
            "ratelimiter.web.headers=legacy",
            "ratelimiter.web.expose-headers=true",
            "ratelimiter.web.limits[1].phase=after-security");
    try (Server server = start(kind, properties)) {
      assertThat(remainingOfOne(server.get("/hello"))).isEqualTo("4"); // Of "addresses" alone.
      assertThat(remainingOfOne(hello(server, ANN))).isEqualTo("1");
      HttpResponse<String> next = hello(server, ANN);
      assertThat(remainingOfOne(next)).isEqualTo("0");
      assertThat(next.headers().allValues("Access-Control-Expose-Headers")).hasSize(1);
    }
  }

  private static String remainingOfOne(HttpResponse<String> response) {
    assertThat(response.headers().allValues("X-RateLimit-Remaining")).hasSize(1);
    return response.headers().allValues("X-RateLimit-Remaining").get(0);
  }
}
