package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The migrations")
class MigrationsTest {
  private final String schema = TestServer.newSchema();
  private final RuleDatabase database = RuleDatabase.of(TestServer.dataSource()).withSchema(schema);

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(TestServer.dataSource())
        .schemas(schema)
        .locations("classpath:db/ratelimiter/migration")
        .load();
  }

  @Test
  @DisplayName("are those that are in the folder")
  void files() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(
                    RuleDatabase.class.getResource("/db/ratelimiter/migration/V1__rules.sql"))
                .toURI());
    try (Stream<Path> files = Files.list(folder.resolveSibling("."))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Migrations.FILES);
    }
    for (int i = 0; i < Migrations.FILES.size(); i++) {
      assertThat(Migrations.FILES.get(i)).startsWith("V" + (i + 1) + "__");
    }
  }

  @Test
  @DisplayName("are applied once, however many processes begin at once")
  void together() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> applied = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        applied.add(threads.submit(database::migrate));
      }
      int sum = 0;
      for (Future<Integer> each : applied) {
        sum += each.get();
      }
      assertThat(sum).isEqualTo(Migrations.FILES.size());
    } finally {
      threads.shutdownNow();
    }
    assertThat(database.migrate()).isZero();
    assertThat(database.read().rules()).isEqualTo(RuleSet.of());
    assertThat(
            TestServer.query(schema, "SELECT version, file FROM rate_limit_migrations ORDER BY 1"))
        .isEqualTo(
            IntStream.range(0, Migrations.FILES.size())
                .mapToObj(i -> "%d, %s%n".formatted(i + 1, Migrations.FILES.get(i)))
                .collect(Collectors.joining()));
  }

  @Test
  @DisplayName("run with Flyway, and then not with migrate()")
  void withFlyway() {
    assertThat(flyway().migrate().migrationsExecuted).isEqualTo(Migrations.FILES.size());
    Rule rule = Rule.of("api", "5/min", new KeyPart(Kind.IP));
    assertThat(database.editor("alice").create(rule).rules()).isEqualTo(RuleSet.of(rule));
    assertThat(database.changes(1).get(0).author()).isEqualTo("alice");
    assertThatIllegalStateException()
        .isThrownBy(database::migrate)
        .withMessage(
            "schema '%s' has tables of rules that another tool made; migrate with that tool, and do"
                    .formatted(schema)
                + " not call migrate()");
  }

  @Test
  @DisplayName("run with migrate(), and then not with Flyway")
  void thenFlyway() {
    database.migrate();
    assertThatThrownBy(() -> flyway().migrate()).hasMessageContaining("non-empty schema");
  }

  @Test
  @DisplayName("are named if the schema, or a part of the tables, is missing")
  void missing() {
    String advice =
        "there are no tables of rules; call RuleDatabase.migrate() or run the migrations in"
            + " db/ratelimiter/migration";
    assertThatThrownBy(database::read)
        .isInstanceOf(RuleDatabaseException.class)
        .hasMessageStartingWith("schema '" + schema + "': " + advice);
    assertThatThrownBy(() -> database.editor("alice").change(rules -> rules))
        .isInstanceOf(RuleDatabaseException.class)
        .hasMessageContaining(advice);
    database.migrate();
    TestServer.execute(schema, "DROP TABLE user_tiers");
    assertThatThrownBy(() -> database.tierOf("7")).hasMessageContaining(advice);
  }
}
