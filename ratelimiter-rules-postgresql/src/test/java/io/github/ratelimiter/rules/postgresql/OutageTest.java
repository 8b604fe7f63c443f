package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** These tests have a server of their own, because they kill it. */
@DisplayName("A database that is away")
class OutageTest {
  private final List<String> events = new CopyOnWriteArrayList<>();

  private static RuleSet rules(int limit) {
    return RuleSet.of(Rule.of("api", limit + "/min", new KeyPart(Kind.IP)));
  }

  private static EmbeddedPostgres start(Path directory, int port) {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(directory)
          .setCleanDataDirectory(false)
          .setPort(port)
          .start();
    } catch (IOException | RuntimeException e) {
      return abort("PostgreSQL does not start here: " + e);
    }
  }

  /** While another test starts the logging, there is another logger. */
  private static Logger logger() {
    return (Logger)
        await()
            .until(
                () -> LoggerFactory.getLogger(RuleDatabaseWatch.class), Logger.class::isInstance);
  }

  private RuleDatabaseListener listener(Rules rules) {
    return new RuleDatabaseListener() {
      @Override
      public void changed(RuleVersion now) {
        rules.replace(now.rules(), now.author());
        events.add("changed to " + now.number());
      }

      @Override
      public void failed(RuleDatabaseException failure) {
        events.add("failed");
      }

      @Override
      public void recovered() {
        events.add("recovered");
      }
    };
  }

  private void awaitEvents(String... expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(events).containsExactly(expected));
  }

  @Test
  @DisplayName("leaves the last rules in force, says so once, and says when it is back")
  void killedAndRestarted(@TempDir Path directory) throws IOException {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger().addAppender(log);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Rules rules = Rules.builder(LocalStateStore.create()).build();
    EmbeddedPostgres server = start(directory, port);
    try {
      // A name of its own, so that its log can be told from that of others.
      RuleDatabase database = RuleDatabase.of(server.getPostgresDatabase()).withSchema("killed");
      database.migrate();
      try (RuleDatabaseWatch watch = database.watch(listener(rules))) {
        database.editor("alice").replace(rules(5), 1);
        await().until(() -> events.contains("changed to 2"));
        events.clear();

        server.close();
        awaitEvents("failed");
        assertThatThrownBy(database::read)
            .isInstanceOf(RuleDatabaseException.class)
            .hasMessageStartingWith("schema 'killed': the database failed (");
        assertThat(rules.version().rules()).isEqualTo(rules(5));

        server = start(directory, port);
        awaitEvents("failed", "recovered");
        database.editor("alice").replace(rules(6), 2);
        awaitEvents("failed", "recovered", "changed to 3");
        assertThat(rules.version().rules()).isEqualTo(rules(6));
        assertThat(watch).isNotNull();
      }
    } finally {
      server.close();
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(message -> message.contains("'killed'"))
        .containsExactly(
            "Rules cannot be read from schema 'killed'; those in force stay",
            "Rules are read from schema 'killed' again");
  }
}
