package io.github.ratelimiter.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.postgresql.AuditEntry;
import io.github.ratelimiter.rules.postgresql.RuleConflictException;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseWatch;
import io.github.ratelimiter.rules.postgresql.RuleEditor;
import io.github.ratelimiter.store.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of the page on rules in PostgreSQL. */
class RulesPostgresqlTest {
  private static Postgres postgres;
  private static DataSource dataSource;

  private final StateStore store = LocalStateStore.create();

  @BeforeAll
  static void start() throws SQLException {
    postgres = Postgres.start(8);
    dataSource = postgres.database();
  }

  @AfterAll
  static void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void howDoIKeepRulesInPostgresql() {
    RuleDatabase database = RuleDatabase.of(dataSource).withSchema("limits");
    database.migrate();
    RuleVersion version = database.read();
    Rules rules = Rules.builder(store).rules(version.rules()).build();
    RuleDatabaseWatch watch =
        database.watch(version, now -> rules.replace(now.rules(), now.author()));

    try (watch) {
      change(database);
      await().until(() -> rules.version().rules().rule("login").isPresent());
      history(database);
    }
  }

  private static void change(RuleDatabase database) {
    RuleEditor alice = database.editor("alice");
    alice.create(Rule.of("login", "5/min", new KeyPart(Kind.IP)));

    RuleVersion read = database.read();
    Rule login = read.rules().rule("login").orElseThrow();
    alice.update(login.with(rule -> rule.limits("10/min")), read.number());

    alice.deny(new ListEntry(new ListEntry.User("mallory"), "scan", "", Optional.empty()));
    alice.change(rules -> rules.withCombination(Combination.FIRST));

    RuleConflictException conflict =
        catchThrowableOfType(
            RuleConflictException.class,
            () -> database.editor("bob").delete("login", read.number()));
    assertThat(conflict.author()).isEqualTo("alice");
    assertThat(database.read().number()).isEqualTo(5);
  }

  private static void history(RuleDatabase database) {
    RuleEditor alice = database.editor("alice");

    List<AuditEntry> changes = database.changesOf("login", 10);
    List<RuleVersion> versions = database.versions(5);
    alice.rollback(versions.get(1).number(), versions.get(0).number());

    assertThat(changes)
        .extracting(AuditEntry::event)
        .containsExactly("rule_updated", "rule_created");
    assertThat(database.read().rules().combination()).isEqualTo(Combination.ALL);
  }

  @Test
  void howDoIStartWithoutTheDatabase(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("rules.yaml");
    Files.writeString(path, "rules: [{ id: last-resort, key: ip, limits: 5/min }]");
    RuleDatabase database = RuleDatabase.of(dataSource).withSchema("later");

    RuleFile lastResort = RuleFile.at(path);
    Rules rules = Rules.builder(store).rules(lastResort.read()).build();
    RuleDatabaseWatch watch = database.watch(now -> rules.replace(now.rules(), now.author()));

    try (watch) {
      assertThat(rules.version().rules().rule("last-resort")).isPresent();
      database.migrate();
      await().until(() -> rules.version().rules().rules().isEmpty());
    }
  }

  @Test
  void howDoIMigrateWithFlyway() {
    Flyway.configure()
        .dataSource(dataSource)
        .schemas("limits-of-flyway")
        .locations("classpath:db/ratelimiter/migration")
        .load()
        .migrate();

    RuleDatabase database = RuleDatabase.of(dataSource).withSchema("limits-of-flyway");
    assertThat(database.read().number()).isEqualTo(1);
  }
}
