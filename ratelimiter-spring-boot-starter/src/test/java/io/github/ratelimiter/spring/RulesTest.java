package io.github.ratelimiter.spring;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesListener;
import io.github.ratelimiter.rules.file.FollowedFile;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@DisplayName("Rules of an application")
class RulesTest {
  private static final String MANY = "1000000/h";

  @TempDir private Path directory;

  @Configuration(proxyBeanMethods = false)
  @Import(ServletLimitsTest.Application.class)
  static class WithListener {
    @Bean
    Queue<RuntimeException> rejected() {
      return new ConcurrentLinkedQueue<>();
    }

    @Bean
    RulesListener listener(Queue<RuntimeException> rejected) {
      return new RulesListener() {
        @Override
        public void rejected(RuntimeException reason) {
          rejected.add(reason);
        }
      };
    }
  }

  private Path file() {
    return directory.resolve("rules.yaml");
  }

  private void write(String text) {
    try {
      Path next = Files.writeString(directory.resolve("next"), text);
      Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void writeLimit(String limits) {
    write("rules: [{ id: everybody, key: global, limits: %s }]\n".formatted(limits));
  }

  private Server start(String... more) {
    return Server.servlet(WithListener.class, with(more));
  }

  private String[] with(String... more) {
    return Stream.concat(
            Stream.of(
                "ratelimiter.rules.file=" + file(),
                "ratelimiter.method.enabled=false",
                "management.endpoints.web.exposure.include=ratelimiterrules,health",
                "management.endpoint.health.show-details=always"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static String policy(HttpResponse<String> response) {
    return response.headers().firstValue("RateLimit-Policy").orElse("none");
  }

  @Test
  @DisplayName("are those of the file, and a change is in force within a second")
  void changed() {
    writeLimit("5/h");
    try (Server server = start()) {
      assertThat(policy(server.get("/other"))).isEqualTo("\"everybody\";q=5;w=3600");

      writeLimit("6/h");
      eventually("the change is in force")
          .until(() -> policy(server.get("/actuator/health")).contains("q=6"));

      HttpResponse<String> next = server.get("/other");
      assertThat(policy(next)).isEqualTo("\"everybody\";q=6;w=3600");
      assertThat(server.context().getBean(Rules.class).version().author())
          .isEqualTo(file().toString());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.Kind.class,
      names = {"TOMCAT", "NETTY"})
  @DisplayName("are replaced fifty times under load, and no request fails")
  void underLoad(Server.Kind kind) throws InterruptedException {
    writeLimit("1000000/h");
    Class<?> application =
        kind == Server.Kind.NETTY
            ? WebFluxLimitsTest.Application.class
            : ServletLimitsTest.Application.class;
    try (Server server = kind.start(application, with("ratelimiter.rules.watch-every=5ms"))) {
      Rules rules = server.context().getBean(Rules.class);
      AtomicBoolean done = new AtomicBoolean();
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      List<Thread> clients =
          IntStream.range(0, 3)
              .mapToObj(i -> new Thread(() -> request(server, done, wrong), "client-" + i))
              .toList();
      clients.forEach(Thread::start);

      for (int i = 1; i <= 50; i++) {
        String limits = (1_000_000 + i) + "/h";
        writeLimit(limits);
        eventually("the rules are in force")
            .until(() -> rules.version().rules().rules().get(0).policy().text().equals(limits));
      }

      done.set(true);
      for (Thread client : clients) {
        client.join();
      }
      assertThat(wrong).isEmpty();
      assertThat(rules.version().number()).isEqualTo(51);
    }
  }

  private static void request(Server server, AtomicBoolean done, Queue<String> wrong) {
    while (!done.get()) {
      HttpResponse<String> response = server.get("/other");
      if (response.statusCode() != 200 || !policy(response).startsWith("\"everybody\";q=10000")) {
        wrong.add(response.statusCode() + " " + policy(response));
      }
    }
  }

  @Test
  @DisplayName("stay when the file has mistakes, which are reported everywhere")
  void mistakes() {
    writeLimit(MANY);
    try (Server server = start()) {
      Queue<?> rejected = (Queue<?>) server.context().getBean("rejected");
      MeterRegistry registry = server.context().getBean(MeterRegistry.class);

      write("rules: [{ id: everybody, key: usr, limit: 5/h }]");
      eventually("the file is rejected").until(() -> !rejected.isEmpty());

      assertThat(policy(server.get("/other"))).contains("q=1000000");
      assertThat(registry.get("rate.limiter.rules.rejected").functionCounter().count())
          .isEqualTo(1);
      assertThat(server.get("/actuator/ratelimiterrules").body())
          .contains("\"status\":\"failed\"", "found 'usr'", "unknown name 'limit'");
      assertThat(server.get("/actuator/health/rateLimiterRules").body())
          .contains("\"status\":\"UP\"", "\"status\":\"failed\"", "found 'usr'");

      writeLimit("7/h");
      eventually("it is mended").until(() -> policy(server.get("/other")).contains("q=7"));
      assertThat(registry.get("rate.limiter.rules.version").gauge().value()).isEqualTo(2);
      assertThat(server.get("/actuator/ratelimiterrules").body())
          .contains("\"status\":\"in-force\"");
    }
  }

  @Test
  @DisplayName("decide together with limits of properties: a refusal costs the others nothing")
  void together() {
    write("rules: [{ id: everybody, key: global, limits: 5/h }]");
    try (Server server =
        start("ratelimiter.policies.addresses=1/h", "ratelimiter.web.limits[0].policy=addresses")) {
      assertThat(policy(server.get("/other"))).contains("\"addresses\"", "\"everybody\"");
      assertThat(server.get("/other").statusCode()).isEqualTo(429);
      assertThat(server.get("/other").headers().firstValue("RateLimit").orElseThrow())
          .contains("\"everybody\";r=4");
    }
  }

  @Test
  @DisplayName(
      "are counted, and shown and explained by the actuator, which can set them into shadow")
  void actuator() {
    write(
        """
        rules:
          - { id: login, match: { path: /login/200 }, key: ip, limits: 1/h }
          - { id: odd, key: global, limits: 10/s; 1000/s }
        """);
    try (Server server = start()) {
      assertThat(server.get("/actuator/ratelimiterrules").body())
          .contains("\"version\":{\"number\":1", "\"shadowed\":false")
          .contains("\"id\":\"login\"", "\"state\":\"active\"", "\"limits\":\"1/h\"")
          .contains("#never-binds");
      server.send("POST", "/login/200");
      assertThat(server.send("POST", "/login/200").statusCode()).isEqualTo(429);
      assertThat(
              server
                  .get(
                      "/actuator/ratelimiterrules/explain"
                          + "?method=POST&path=/login/200&address=127.0.0.1")
                  .body())
          .contains("\"allowed\":false", "Rule 'login' limits ip:127.0.0.1 to 1/h");
      assertThat(server.get("/actuator/ratelimiterrules/login").body())
          .contains("\"lastMinute\":[{\"key\":\"ip:127.0.0.1\",\"refusals\":1");
      assertThat(server.get("/actuator/ratelimiterrules/nowhere").statusCode()).isEqualTo(404);
      assertThat(requests(server, "allowed")).isEqualTo(1);
      assertThat(requests(server, "refused")).isEqualTo(1);

      assertThat(server.post("/actuator/ratelimiterrules", "{\"shadowed\":true}").body())
          .contains("\"shadowed\":true");
      assertThat(server.send("POST", "/login/200").statusCode()).isEqualTo(200);

      server.context().getBean(Rules.class).replace(RuleSet.of(), "alice");
      assertThat(server.get("/actuator/ratelimiterrules").body())
          .contains("\"status\":\"replaced\"", "\"author\":\"alice\"");
    }
  }

  private static double requests(Server server, String outcome) {
    return server
        .context()
        .getBean(MeterRegistry.class)
        .get("rate.limiter.requests")
        .tags("policy", "login", "outcome", outcome)
        .functionCounter()
        .count();
  }

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withUserConfiguration(StartTest.Application.class)
          .withClassLoader(
              new FilteredClassLoader("org.springframework.security", "org.springframework.data"));

  static InvalidSettingException failure(Throwable thrown) {
    Throwable each = thrown;
    while (!(each instanceof InvalidSettingException failure)) {
      each = each.getCause();
    }
    return failure;
  }

  @Test
  @DisplayName("with mistakes prevent the start, and all of them are reported")
  void mistakesAtStart() {
    write("rules: [{ id: everybody, key: usr, limit: 5/h }]");
    runner
        .withPropertyValues("ratelimiter.rules.file=" + file())
        .run(
            context ->
                assertThat(failure(context.getStartupFailure()))
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("line 1, column 31: found 'usr'")
                    .hasMessageContaining("unknown name 'limit'"));
    runner
        .withPropertyValues("ratelimiter.rules.file=" + directory.resolve("missing.yaml"))
        .run(
            context ->
                assertThat(failure(context.getStartupFailure()))
                    .hasMessageContaining("there is no such file"));
    runner
        .withPropertyValues("ratelimiter.rules.file=classpath:missing.yaml")
        .run(
            context ->
                assertThat(failure(context.getStartupFailure()))
                    .hasMessageContaining("there is no such resource"));
  }

  @Test
  @DisplayName("may be a resource, and need not be watched")
  void resource() {
    runner
        .withPropertyValues(
            "ratelimiter.rules.file=classpath:rules.yaml", "ratelimiter.rules.watch=false")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(FollowedFile.class);
              assertThat(context.getBean(Rules.class).version().rules().rule("of-class-path"))
                  .isPresent();
            });
  }

  @Test
  @DisplayName("have values of environment variables; those of properties are no mistakes")
  void environment() {
    writeLimit("5/h");
    Map<String, Object> variables =
        Map.of(
            "RATELIMITER_RULES_FILE", file().toString(),
            "RATELIMITER_RULES_WATCH", "true",
            "RATELIMITER_RULES_EVERYBODY_LIMITS", "8/h");
    runner
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .replace(
                        "systemEnvironment",
                        new SystemEnvironmentPropertySource("systemEnvironment", variables)))
        .run(
            context ->
                assertThat(context.getBean(Rules.class).version().rules().rules().get(0).policy())
                    .hasToString("everybody (8/h)"));
  }

  @Configuration(proxyBeanMethods = false)
  @Import(StartTest.Application.class)
  static class InCode {
    @Bean
    RuleSet rules() {
      return RuleSet.of(Rule.of("in-code", "9/h", new KeyPart(KeyPart.Kind.GLOBAL)));
    }
  }

  @Test
  @DisplayName("may be a bean, but not a bean and a file")
  void bean() {
    runner
        .withUserConfiguration(InCode.class)
        .run(
            context ->
                assertThat(context.getBean(Rules.class).version().rules().rule("in-code"))
                    .isPresent());
    writeLimit("5/h");
    runner
        .withUserConfiguration(InCode.class)
        .withPropertyValues("ratelimiter.rules.file=" + file())
        .run(
            context ->
                assertThat(failure(context.getStartupFailure()))
                    .hasMessageContaining("a bean of the type RuleSet"));
  }

  @Test
  @DisplayName("are not there without their module, and a file of rules needs it")
  void withoutModule() {
    ApplicationContextRunner without =
        new ApplicationContextRunner()
            .withUserConfiguration(StartTest.Application.class)
            .withClassLoader(
                new FilteredClassLoader(
                    "org.springframework.security",
                    "org.springframework.data",
                    "io.github.ratelimiter.rules"))
            .withPropertyValues("ratelimiter.policies.api=1/s");
    without.run(context -> assertThat(context).hasNotFailed().hasSingleBean(RateLimiters.class));
    without
        .withPropertyValues("ratelimiter.rules.file=classpath:rules.yaml")
        .run(
            context ->
                assertThat(failure(context.getStartupFailure()))
                    .hasMessageContaining("the module ratelimiter-rules is not there"));
  }

  @Test
  @DisplayName("are decided before Spring Security if the property says so")
  void phase() {
    writeLimit("1/h");
    try (Server server =
        Server.Kind.JETTY.start(
            SecurityPhasesTest.ServletApplication.class,
            with("ratelimiter.rules.phase=before-security"))) {
      assertThat(server.get("/hello").statusCode()).isEqualTo(401);
      assertThat(server.get("/hello").statusCode()).isEqualTo(429);
    }
  }
}
