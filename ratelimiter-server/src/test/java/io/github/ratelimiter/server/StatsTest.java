package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Statistics over HTTP")
class StatsTest {
  @TempDir private Path directory;

  private TestServer start(String... more) throws IOException {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            "rules: [{ id: orders, match: { path: \"/orders/{id}\" }, key: user, limits: fixed-window"
                + " 2/day }]");
    String[] args = new String[more.length + 2];
    args[0] = "--rules";
    args[1] = rules.toString();
    System.arraycopy(more, 0, args, 2, more.length);
    return TestServer.start(args);
  }

  private static void check(TestServer server, String user, int calls) {
    for (int i = 0; i < calls; i++) {
      server.check("{\"user_id\": \"%s\", \"endpoint\": \"/orders/%d\"}".formatted(user, i));
    }
  }

  private static Answer global(TestServer server) {
    return server.admin("GET", "/v1/stats/global", "");
  }

  @Test
  @DisplayName("tell what a user did, and what he may still do")
  void user() throws IOException {
    try (TestServer server = start()) {
      check(server, "42", 5);
      // Queries are no checks.
      server.post("/v1/ratelimit/peek", "{\"user_id\": \"42\", \"endpoint\": \"/orders/1\"}");
      eventually("all are counted").until(() -> global(server).text("/total").equals("5"));
      Answer stats = server.admin("GET", "/v1/stats/users/42?window=2h&endpoint=/orders/7", "");
      assertThat(stats.text("/total")).isEqualTo("5");
      assertThat(stats.text("/allowed")).isEqualTo("2");
      assertThat(stats.text("/rejected")).isEqualTo("3");
      assertThat(stats.text("/error")).isEqualTo("0");
      assertThat(stats.text("/current_limit")).isEqualTo("2");
      assertThat(stats.text("/remaining")).isEqualTo("0");
      assertThat(stats.text("/instances")).isEqualTo("this");
      Answer other = server.admin("GET", "/v1/stats/users/nobody", "");
      assertThat(other.text("/total")).isEqualTo("0");
      assertThat(other.text("/current_limit")).isEqualTo("1000");
    }
  }

  @Test
  @DisplayName(
      "name the users and the endpoints that are limited most; paths of one pattern are one")
  void global() throws IOException {
    try (TestServer server = start()) {
      check(server, "42", 6);
      check(server, "7", 3);
      eventually("all are counted").until(() -> global(server).text("/total").equals("9"));
      Answer stats = global(server);
      assertThat(stats.text("/rejection_rate")).startsWith("0.55");
      assertThat(stats.text("/top_limited_users/0/user_id")).isEqualTo("42");
      assertThat(stats.text("/top_limited_users/0/rejected")).isEqualTo("4");
      assertThat(stats.json().at("/top_limited_endpoints").toString())
          .isEqualTo("[{\"endpoint\":\"/orders/{id}\",\"rejected\":5,\"error\":0}]");
      assertThat(stats.text("/dropped")).isEqualTo("0");
      String past = "?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z";
      assertThat(server.admin("GET", "/v1/stats/global" + past, "").text("/total")).isEqualTo("0");
      assertThat(server.admin("GET", "/v1/stats/global?top=1", "").json().at("/top_limited_users"))
          .hasSize(1);
    }
  }

  @Test
  @DisplayName("refuse times that are none, by their names")
  void mistakes() throws IOException {
    try (TestServer server = start()) {
      for (String[] wrong :
          new String[][] {
            {"global?from=yesterday", "from: found 'yesterday', expected a time such as"},
            {"global?to=2026-13-01T00:00:00Z", "to: found"},
            {"global?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "which is after"},
            {"global?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "more than 31 days"},
            {"global?to=%2B1000000000-12-31T23:59:59Z", "to: found"},
            {"global?top=0", "top: found '0'"},
            {"global?form=x", "unknown parameter 'form'"},
            {"users/42?window=1", "window: found '1'"},
            {"users/42?window=0s", "window: found '0s'"},
            {"users/42?window=99d", "up to 31 days"},
            {"users/42?endpoint=orders", "endpoint: found 'orders'"},
          }) {
        Answer answer = server.admin("GET", "/v1/stats/" + wrong[0], "");
        assertThat(answer.status()).as(wrong[0]).isEqualTo(400);
        assertThat(answer.text("/detail")).contains(wrong[1]);
      }
      assertThat(
              server
                  .exchange(
                      "GET",
                      "/v1/stats/global",
                      "",
                      "Authorization",
                      "Bearer " + TestServer.READER.secret())
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("of all instances are added up in PostgreSQL, also of one that has ended")
  void shared() throws IOException {
    String postgres = TestPostgres.newDatabase();
    try (TestServer one = start("--postgres", postgres)) {
      try (TestServer other = start("--postgres", postgres)) {
        eventually("the rules are there")
            .until(
                () ->
                    other
                        .post(
                            "/v1/ratelimit/peek",
                            "{\"user_id\": \"x\", \"endpoint\": \"/orders/1\"}")
                        .text("/limit")
                        .equals("2"));
        check(other, "42", 4);
        eventually("the other one has counted")
            .until(() -> global(other).text("/total").equals("4"));
      } // When it ends, it stores also the minute that is not over.
      check(one, "42", 3);
      check(one, "a\\u0000b", 1);
      eventually("all are counted").until(() -> global(one).text("/total").equals("8"));
      Answer stats = global(one);
      assertThat(stats.text("/instances")).isEqualTo("all");
      assertThat(stats.text("/rejected")).isEqualTo("3");
      assertThat(stats.text("/top_limited_users/0/rejected")).isEqualTo("3");
      assertThat(one.admin("GET", "/v1/stats/users/42", "").text("/total")).isEqualTo("7");
      assertThat(one.admin("DELETE", "/v1/admin/users/42", "").status()).isEqualTo(200);
      assertThat(one.admin("GET", "/v1/stats/users/42", "").text("/total")).isEqualTo("0");
      assertThat(global(one).text("/total")).isEqualTo("8");
      assertThat(global(one).response().body()).doesNotContain("\"42\"");
    }
  }
}
