package io.github.ratelimiter.spring;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@DisplayName("Rules in the database of an application")
class DatabaseRulesTest {
  private static final Rule EVERYBODY =
      Rule.of("everybody", "5/h", new KeyPart(KeyPart.Kind.GLOBAL));

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withUserConfiguration(StartTest.Application.class)
          .withClassLoader(
              new FilteredClassLoader("org.springframework.security", "org.springframework.data"));

  private final ApplicationContextRunner inDatabase =
      runner.withPropertyValues("ratelimiter.rules.database.enabled=true");

  private static EmbeddedPostgres startServer() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException | RuntimeException e) {
      return abort("PostgreSQL does not start here: " + e);
    }
  }

  private static String limits(Rules rules) {
    return rules.version().rules().rule("everybody").map(rule -> rule.policy().text()).orElse("");
  }

  @Test
  @DisplayName("are in force from the start, follow its changes, and stay when it is away")
  @SuppressWarnings("try") // The server is closed earlier, on purpose.
  void followed() throws IOException {
    try (EmbeddedPostgres server = startServer()) {
      RuleDatabase database = RuleDatabase.of(server.getPostgresDatabase()).withSchema("limits");
      database.migrate();
      database.editor("alice").create(EVERYBODY);
      inDatabase
          .withBean(DataSource.class, server::getPostgresDatabase)
          .withPropertyValues("ratelimiter.rules.database.schema=limits")
          .run(
              context -> {
                Rules rules = context.getBean(Rules.class);
                assertThat(limits(rules)).isEqualTo("5/h");

                RuleDatabase edited = context.getBean(RuleDatabase.class);
                edited
                    .editor("bob")
                    .change(set -> RuleSet.of(EVERYBODY.with(rule -> rule.limits("6/h"))));
                eventually("the change is in force").until(() -> limits(rules).equals("6/h"));
                assertThat(rules.version().author()).isEqualTo("bob");
                assertThat(source(health(context))).contains("status=in-force");

                server.close();
                eventually("the outage is noticed")
                    .until(() -> source(health(context)).contains("status=failed"));
                assertThat(limits(rules)).isEqualTo("6/h");
              });
    }
  }

  private static Health health(ApplicationContext context) {
    return Objects.requireNonNull(
        context.getBean("rateLimiterRulesHealthIndicator", HealthIndicator.class).health());
  }

  private static String source(Health health) {
    assertThat(health.getStatus()).isEqualTo(Status.UP);
    return String.valueOf(health.getDetails().get("source"));
  }

  @Configuration(proxyBeanMethods = false)
  static class Away {
    @Bean
    DataSource dataSource() {
      var away = new org.postgresql.ds.PGSimpleDataSource();
      away.setServerNames(new String[] {"localhost"});
      away.setPortNumbers(new int[] {1});
      return away;
    }
  }

  @Test
  @DisplayName("prevent the start if they cannot be read")
  void away() {
    inDatabase
        .withUserConfiguration(Away.class)
        .run(
            context ->
                assertThat(RulesTest.failure(context.getStartupFailure()))
                    .hasMessageContaining("The rules cannot be read: "));
    inDatabase.run(
        context ->
            assertThat(RulesTest.failure(context.getStartupFailure()))
                .hasMessageContaining("there is not exactly one bean of the type DataSource"));
  }

  @Test
  @DisplayName("need their module, and are the only rules")
  void mistakes() throws IOException, SQLException {
    inDatabase
        .withClassLoader(
            new FilteredClassLoader(
                "org.springframework.security",
                "org.springframework.data",
                "io.github.ratelimiter.rules.postgresql"))
        .run(
            context ->
                assertThat(RulesTest.failure(context.getStartupFailure()))
                    .hasMessageContaining("the module ratelimiter-rules-postgresql is not there"));
    try (EmbeddedPostgres server = startServer()) {
      inDatabase
          .withBean(DataSource.class, server::getPostgresDatabase)
          .withPropertyValues("ratelimiter.rules.file=classpath:rules.yaml")
          .run(
              context ->
                  assertThat(RulesTest.failure(context.getStartupFailure()))
                      .hasMessageContaining("There are rules in more than one place: ")
                      .hasMessageContaining("rules.yaml"));
    }
  }

  @Test
  @DisplayName("are checked for as many instances as there are")
  void instances() {
    runner
        .withPropertyValues(
            "ratelimiter.rules.file=classpath:rules.yaml", "ratelimiter.rules.instances=3")
        .run(
            context ->
                assertThat(context.getBean(Rules.class).check())
                    .anySatisfy(
                        finding -> assertThat(finding.toString()).contains("store-not-shared")));
  }
}
