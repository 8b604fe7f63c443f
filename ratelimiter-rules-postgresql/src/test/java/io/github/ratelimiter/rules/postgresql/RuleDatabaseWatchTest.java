package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Rules in a database that are watched")
class RuleDatabaseWatchTest {
  private final String schema = TestServer.newSchema();
  private final RuleDatabase database = TestServer.newDatabase(schema);
  private final RuleEditor alice = database.editor("alice");
  private final Events events = new Events();

  private static RuleSet rules(int limit) {
    return RuleSet.of(Rule.of("api", limit + "/min", new KeyPart(Kind.IP)));
  }

  /** What a listener was told, in order. */
  static final class Events implements RuleDatabaseListener {
    final List<String> all = new CopyOnWriteArrayList<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();

    @Override
    public void changed(RuleVersion rules) {
      threads.add(Thread.currentThread());
      all.add("changed to " + rules.number() + " by " + rules.author());
      if (rules.number() == 13) {
        throw new IllegalStateException("a listener fails");
      }
    }

    @Override
    public void failed(RuleDatabaseException failure) {
      all.add("failed");
    }

    @Override
    public void recovered() {
      all.add("recovered");
    }

    void await(String... expected) {
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> assertThat(all).containsExactly(expected));
    }
  }

  @Test
  @DisplayName("reach all instances, which decide by them")
  void fleet() {
    Rules one = Rules.builder(LocalStateStore.create()).build();
    Rules two = Rules.builder(LocalStateStore.create()).build();
    RuleVersion start = database.read();
    try (RuleDatabaseWatch first =
            database.watch(start, now -> one.replace(now.rules(), now.author()));
        RuleDatabaseWatch second =
            database.watch(start, now -> two.replace(now.rules(), now.author()))) {
      alice.replace(rules(5), 1);
      await().until(() -> one.version().rules().equals(rules(5)));
      await().until(() -> two.version().rules().equals(rules(5)));
      assertThat(one.version().author()).isEqualTo("alice");
      assertThat(first).isNotSameAs(second);
    }
  }

  @Test
  @Timeout(60)
  @DisplayName("come by a notification, which ends the wait at once")
  void notification() throws SQLException {
    try (Session session = Session.open(database.where())) {
      session.listen("ratelimiter_rules");
      alice.replace(rules(5), 1);
      session.awaitNotification((int) TimeUnit.HOURS.toMillis(1));
    }
  }

  @Test
  @DisplayName("are noticed without notifications")
  void withoutNotifications() {
    TestServer.execute(schema, "DROP TRIGGER rate_limit_notify ON rate_limit_rule_set");
    try (RuleDatabaseWatch watch = database.watch(database.read(), events)) {
      alice.replace(rules(5), 1);
      events.await("changed to 2 by alice");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  @DisplayName("are reported at once if they changed since they were read, or were never read")
  void before() {
    RuleVersion start = database.read();
    alice.replace(rules(5), 1);
    alice.replace(rules(6), 2);
    try (RuleDatabaseWatch watch = database.watch(start, events)) {
      events.await("changed to 3 by alice");
      assertThat(watch).isNotNull();
    }
    Events others = new Events();
    try (RuleDatabaseWatch watch = database.watch(others)) {
      others.await("changed to 3 by alice");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  @DisplayName("stay if they are not valid, and are reported when they are valid again")
  void invalid() {
    alice.replace(rules(5), 1);
    try (RuleDatabaseWatch watch = database.watch(database.read(), events)) {
      TestServer.execute(schema, "UPDATE rate_limit_rules SET limits = '5/fortnight'");
      events.await("failed");
      alice.replace(rules(6), 3);
      events.await("failed", "recovered", "changed to 4 by alice");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  @DisplayName("are waited for if there are no tables yet")
  void noTables() {
    String later = TestServer.newSchema();
    RuleDatabase empty = RuleDatabase.of(TestServer.dataSource()).withSchema(later);
    try (RuleDatabaseWatch watch = empty.watch(events)) {
      events.await("failed");
      empty.migrate();
      events.await("failed", "recovered", "changed to 1 by migration");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  @DisplayName("are watched on after a listener failed, on a daemon thread that ends")
  void thread() {
    RuleVersion start = database.read();
    for (int limit = 1; limit < 12; limit++) {
      start = alice.replace(rules(limit), limit);
    }
    try (RuleDatabaseWatch watch = database.watch(start, events)) {
      alice.replace(rules(50), 12);
      events.await("changed to 13 by alice");
      alice.replace(rules(51), 13);
      events.await("changed to 13 by alice", "changed to 14 by alice");
      assertThat(events.threads.get(0).isDaemon()).isTrue();
      assertThat(watch).isNotNull();
    }
    await().until(() -> !events.threads.get(0).isAlive());
  }

  @Test
  @DisplayName("are given up for a while if the database does not answer in time")
  void silent() throws SQLException {
    RuleDatabase impatient = database.withTimeout(Duration.ofMillis(100));
    try (RuleDatabaseWatch watch = impatient.watch(database.read(), events)) {
      try (Connection connection = TestServer.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("LOCK TABLE \"%s\".rate_limit_rule_set".formatted(schema));
        assertThatThrownBy(impatient::read)
            .isInstanceOf(RuleDatabaseException.class)
            .hasMessageContaining("the database failed");
        assertThatThrownBy(() -> impatient.editor("bob").replace(rules(5), 1))
            .isInstanceOf(RuleDatabaseException.class)
            .hasMessageContaining("statement timeout");
        events.await("failed");
      }
      events.await("failed", "recovered");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  @DisplayName("come from a pool, which gets each connection back as it was")
  void pool() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(TestServer.dataSource());
    config.setMaximumPoolSize(1);
    config.setAutoCommit(false);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      RuleDatabase pooled = RuleDatabase.of(pool).withSchema(schema);
      try (RuleDatabaseWatch watch = pooled.watch(events)) {
        events.await("changed to 1 by migration");
        assertThat(watch).isNotNull();
      }
      // There is only one connection, so this waits for the watch to give it back.
      assertThat(pooled.editor("bob").replace(rules(5), 1).number()).isEqualTo(2);
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getAutoCommit()).isFalse();
        assertThat(connection.getNetworkTimeout()).isZero();
        assertThat(value(connection, "SELECT count(*) FROM pg_listening_channels()"))
            .isEqualTo("0");
        assertThat(value(connection, "SHOW search_path")).isEqualTo("\"$user\", public");
        assertThat(value(connection, "SHOW statement_timeout")).isEqualTo("0");
      }
    }
  }

  private static String value(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
