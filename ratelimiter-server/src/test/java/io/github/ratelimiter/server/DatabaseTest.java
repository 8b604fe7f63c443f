package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.server.TestServer.Answer;
import io.github.ratelimiter.server.config.ConfigException;
import io.github.ratelimiter.server.config.DatabaseAddress;
import io.github.ratelimiter.servers.RedisProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A service with rules in PostgreSQL")
class DatabaseTest {
  private static final String USER = "{\"user_id\": \"1\", \"endpoint\": \"/api/orders\"}";

  @TempDir private Path directory;

  private String rules(int limit) throws IOException {
    return Files.writeString(
            directory.resolve("rules.yaml"),
            "rules: [{ id: api, match: { path: \"/api/**\" }, key: user, limits: %d/h }]"
                .formatted(limit))
        .toString();
  }

  private static Rule rule(int limit) {
    return Rule.of("api", limit + "/h", new KeyPart(KeyPart.Kind.USER));
  }

  private static void awaitLimit(TestServer server, int limit) {
    eventually("the limit is in force")
        .until(
            () ->
                server
                    .post("/v1/ratelimit/peek", USER)
                    .text("/limit")
                    .equals(Integer.toString(limit)));
  }

  @Test
  @DisplayName("stores the rules of its file once; later only those of the database count")
  void seed() throws IOException {
    String uri = TestPostgres.newDatabase();
    RuleDatabase database = TestPostgres.rules(uri);
    try (TestServer server = TestServer.start("--postgres", uri, "--rules", rules(10))) {
      assertThat(server.check(USER).text("/limit")).isEqualTo("10");
      assertThat(server.get("/health").text("/postgres/status")).isEqualTo("connected");
      assertThat(database.read().rules().rules()).hasSize(1);
      assertThat(database.read().rules().defaultRule()).isEmpty();
      rules(20);
      database.editor("alice").update(rule(30), database.read().number());
      awaitLimit(server, 30);
    }
    try (TestServer server =
        TestServer.start("--postgres", uri, "--rules", rules(20), "--default-limits", "7/h")) {
      assertThat(server.check(USER).text("/limit")).isEqualTo("30");
      database.editor("alice").replace(RuleSet.of(), database.read().number());
      awaitLimit(server, 7);
    }
  }

  @Test
  @DisplayName("has changes in force in every instance, also the switch that sets all into shadow")
  void fleet() {
    String uri = TestPostgres.newDatabase();
    try (TestServer one = TestServer.start("--postgres", uri);
        TestServer other = TestServer.start("--postgres", uri)) {
      RuleDatabase database = TestPostgres.rules(uri);
      database.editor("alice").create(rule(3));
      awaitLimit(one, 3);
      awaitLimit(other, 3);
      for (int i = 0; i < 3; i++) {
        one.check(USER);
        other.check(USER);
      }
      assertThat(one.check(USER).status()).isEqualTo(429);
      database.editor("alice").shadowAll(true);
      eventually("nothing is refused")
          .until(() -> one.check(USER).status() == 200 && other.check(USER).status() == 200);
      database.editor("alice").shadowAll(false);
      eventually("rules are enforced again").until(() -> other.check(USER).status() == 429);
    }
  }

  @Test
  @DisplayName("counts together with other instances on Redis what an administrator has limited")
  void redis() throws Exception {
    String uri = TestPostgres.newDatabase();
    try (RedisProcess redis = RedisProcess.start()) {
      String[] args = {"--postgres", uri, "--redis", redis.uri(), "--redis-timeout", "20000"};
      try (TestServer one = TestServer.start(args);
          TestServer other = TestServer.start(args)) {
        one.admin(
            "POST",
            "/v1/admin/rules",
            "{\"id\": \"api\", \"key\": \"user\", \"limits\": \"4/day\"}");
        awaitLimit(one, 4);
        awaitLimit(other, 4);
        int allowed = 0;
        for (int i = 0; i < 5; i++) {
          allowed += one.check(USER).status() == 200 ? 1 : 0;
          allowed += other.check(USER).status() == 200 ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(4);
      }
    }
  }

  @Test
  @DisplayName("stores the rules of its file once, also when two instances start together")
  void together() throws Exception {
    String uri = TestPostgres.newDatabase();
    String file = rules(10);
    CompletableFuture<TestServer> first =
        CompletableFuture.supplyAsync(() -> TestServer.start("--postgres", uri, "--rules", file));
    try (TestServer other = TestServer.start("--postgres", uri, "--rules", file);
        TestServer one = first.get()) {
      assertThat(TestPostgres.rules(uri).read().number()).isEqualTo(2);
      assertThat(one.check(USER).text("/limit")).isEqualTo("10");
      assertThat(other.check(USER).text("/limit")).isEqualTo("10");
    }
  }

  @Test
  @DisplayName(
      "keeps its rules when somebody stores wrong ones by hand; an administrator goes back")
  void invalid() throws Exception {
    String uri = TestPostgres.newDatabase();
    try (TestServer server = TestServer.start("--postgres", uri, "--rules", rules(10))) {
      try (Connection connection =
              DatabaseAddress.parse(uri, null, null).dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("UPDATE rate_limit_rules SET limits = '5/m'");
      }
      Answer read = server.admin("GET", "/v1/admin/rules", "");
      assertThat(read.status()).isEqualTo(409);
      assertThat(read.text("/detail")).contains("revision 3", "a minute is min");
      assertThat(server.check(USER).text("/limit")).isEqualTo("10");
      Answer back = server.admin("POST", "/v1/admin/versions/2/rollback", "", "If-Match", "\"3\"");
      assertThat(back.status()).isEqualTo(200);
      assertThat(server.admin("GET", "/v1/admin/rules", "").text("/total")).isEqualTo("1");
    }
  }

  @Test
  @DisplayName("follows tables that its user may only read")
  void readOnly() throws Exception {
    String uri = TestPostgres.newDatabase();
    TestPostgres.rules(uri).migrate();
    TestPostgres.rules(uri).editor("alice").create(rule(3));
    String user = "reader" + uri.replaceAll(".*/", "");
    try (Connection connection =
            DatabaseAddress.parse(uri, null, null).dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + user + " LOGIN PASSWORD 'x'");
      statement.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
      statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + user);
    }
    try (TestServer server =
        TestServer.start("--postgres", uri, "--postgres-user", user, "--postgres-password", "x")) {
      assertThat(server.check(USER).text("/limit")).isEqualTo("3");
      assertThat(server.admin("GET", "/v1/admin/rules", "").text("/total")).isEqualTo("1");
      assertThat(server.admin("POST", "/v1/admin/rules", "{\"limits\": \"1/h\"}").status())
          .isEqualTo(503);
    }
  }

  @Test
  @DisplayName("goes on with its rules while PostgreSQL is away, and starts without it")
  void outage() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String uri = "postgresql://postgres:secret-word@localhost:%d/postgres".formatted(port);
    Path data = directory.resolve("data");
    String[] args = {"--postgres", uri, "--rules", rules(10)};
    try (TestServer server = TestServer.start(args)) {
      assertThat(server.check(USER).text("/limit")).isEqualTo("10");
      assertAway(server);
      EmbeddedPostgres postgres = start(data, port);
      try (TestServer other = TestServer.start(args)) {
        eventually("PostgreSQL is there").until(() -> isConnected(server));
        TestPostgres.rules(uri).editor("alice").update(rule(20), 2);
        awaitLimit(server, 20);
        awaitLimit(other, 20);
        postgres.close();
        eventually("the outage is noticed").until(() -> !isConnected(server));
        assertThat(server.check(USER).text("/limit")).isEqualTo("20");
        assertAway(server);
        postgres = start(data, port);
        eventually("PostgreSQL is back").until(() -> isConnected(server) && isConnected(other));
        TestPostgres.rules(uri).editor("alice").update(rule(30), 3);
        awaitLimit(server, 30);
        awaitLimit(other, 30);
      } finally {
        postgres.close();
      }
    }
  }

  private static void assertAway(TestServer server) {
    assertThat(server.get("/health").text("/status")).isEqualTo("degraded");
    assertThat(server.get("/health").text("/reason")).startsWith("PostgreSQL is away");
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    Answer refused = server.admin("GET", "/v1/admin/rules", "");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.text("/detail")).doesNotContain("localhost", "secret-word");
    assertThat(server.admin("POST", "/v1/admin/rules", "{\"limits\": \"1/h\"}").status())
        .isEqualTo(503);
    assertThat(
            server
                .admin("POST", "/v1/admin/shadow", "{\"shadowed\": false, \"scope\": \"instance\"}")
                .status())
        .isEqualTo(200);
    assertThat(server.get("/metrics").response().body())
        .contains("rate_limiter_rules_database_connected 0.0");
  }

  private static boolean isConnected(TestServer server) {
    return server.get("/health").text("/postgres/status").equals("connected");
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

  @Test
  @DisplayName("does not start with a database that does not exist, and does not tell the password")
  void mistakes() {
    String uri = TestPostgres.newDatabase() + "0000";
    assertThatThrownBy(() -> TestServer.start("--postgres", uri))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--postgres: ")
        .hasMessageContaining("0000\" does not exist")
        .hasMessageNotContaining("secret-word");
    for (String wrong :
        new String[] {"secret-word", "postgresql:secret-word", "redis://secret-word"}) {
      assertThatThrownBy(() -> TestServer.options("--postgres", wrong).database().address())
          .hasMessage(
              "--postgres: expected jdbc:postgresql://host/database or"
                  + " postgresql://user@host/database");
    }
  }

  @Test
  @DisplayName("takes the login from the URI or from options, and shows no secret")
  void address() {
    DatabaseAddress address =
        DatabaseAddress.parse(
            "postgres://bob:se%3Acret+@db.example:6432/limits?ssl=true", null, null);
    assertThat(address.dataSource().getUser()).isEqualTo("bob");
    assertThat(address.dataSource().getPassword()).isEqualTo("se:cret+");
    assertThat(address.dataSource().getPortNumbers()).containsExactly(6432);
    assertThat(address.dataSource().getSsl()).isTrue();
    assertThat(address).hasToString("PostgreSQL at db.example/limits");
    DatabaseAddress jdbc =
        DatabaseAddress.parse("jdbc:postgresql://one,two/limits?password=secret", "bob", "other");
    assertThat(jdbc.dataSource().getUser()).isEqualTo("bob");
    assertThat(jdbc.dataSource().getPassword()).isEqualTo("other");
    assertThat(jdbc).hasToString("PostgreSQL at one,two/limits");
  }
}
