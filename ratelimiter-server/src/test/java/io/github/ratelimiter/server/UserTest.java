package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import io.github.ratelimiter.servers.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Users over HTTP")
class UserTest {
  private static final String RULES =
      """
      rules:
        - { id: api, match: { path: "/api/**" }, key: user, limits: fixed-window 3/day, tiers: { gold: fixed-window 6/day } }
        - { id: all, match: { path: "/api/**" }, key: global, limits: 100000/day }
      """;
  private static final String USER = "/v1/admin/users/42";

  @TempDir private Path directory;
  private String rules;

  @BeforeEach
  void writeRules() throws IOException {
    rules = Files.writeString(directory.resolve("rules.yaml"), RULES).toString();
  }

  private static Answer check(TestServer server, String more) {
    return server.check("{\"user_id\": \"42\", \"endpoint\": \"/api/x\"%s}".formatted(more));
  }

  private static int allowed(TestServer server, int calls) {
    int allowed = 0;
    for (int i = 0; i < calls; i++) {
      allowed += check(server, "").status() == 200 ? 1 : 0;
    }
    return allowed;
  }

  @Test
  @DisplayName("have a tier and limits of their own from the next check on, and keep their usage")
  void limits() {
    try (TestServer server = TestServer.start("--rules", rules)) {
      assertThat(allowed(server, 5)).isEqualTo(3);
      Answer made = server.admin("PUT", USER, "{\"tier\": \"gold\"}");
      assertThat(made.status()).isEqualTo(201);
      assertThat(allowed(server, 5)).isEqualTo(3);
      Answer changed =
          server.admin(
              "PUT", USER, "{\"tier\": \"gold\", \"limits\": {\"api\": \"fixed-window 8/day\"}}");
      assertThat(changed.status()).isEqualTo(200);
      assertThat(changed.text("/limits/api")).isEqualTo("fixed-window 8/day");
      assertThat(allowed(server, 5)).isEqualTo(2);
      assertThat(
              server
                  .post("/v1/ratelimit/explain", "{\"user_id\":\"42\",\"endpoint\":\"/api/x\"}")
                  .text("/explanation"))
          .contains("(the user's own limits)");
      assertThat(server.admin("PUT", USER, "{}").text("/tier")).isEmpty();
      assertThat(check(server, "").text("/rules/0/limit")).isEqualTo("fixed-window 3/day");
      // The program that asks knows the tier best.
      assertThat(check(server, ", \"tier\": \"gold\"").text("/rules/0/limit"))
          .isEqualTo("fixed-window 6/day");
    }
  }

  @Test
  @DisplayName("are changed from what was read, if the caller says so")
  void preconditions() {
    try (TestServer server = TestServer.start("--rules", rules)) {
      assertThat(server.admin("GET", USER, "").status()).isEqualTo(404);
      Answer made = server.admin("PUT", USER, "{}", "If-None-Match", "*");
      assertThat(made.status()).isEqualTo(201);
      String tag = made.header("ETag");
      assertThat(server.admin("GET", USER, "").header("ETag")).isEqualTo(tag);
      assertThat(server.admin("PUT", USER, "{}", "If-None-Match", "*").status()).isEqualTo(412);
      Answer changed = server.admin("PUT", USER, "{\"tier\": \"gold\"}", "If-Match", tag);
      assertThat(changed.status()).isEqualTo(200);
      assertThat(server.admin("PUT", USER, "{\"tier\": \"x\"}", "If-Match", tag).status())
          .isEqualTo(412);
      assertThat(server.admin("PUT", USER, "{}", "If-Match", "gold").status()).isEqualTo(400);
      assertThat(server.admin("GET", USER, "").text("/tier")).isEqualTo("gold");
    }
  }

  @Test
  @DisplayName("are refused with all mistakes, by their names")
  void mistakes() {
    try (TestServer server = TestServer.start("--rules", rules)) {
      Answer answer =
          server.admin(
              "PUT",
              USER,
              "{\"tier\": \" \", \"limits\": {\"apii\": \"5/min\", \"api\": \"5/m\", \"all\": null}}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/detail"))
          .contains("limits.apii: there is no rule 'apii'; there are api, all, default, and *")
          .contains("a minute is min")
          .contains("tier: ", "limits.all: ");
      assertThat(server.admin("PUT", USER, "{\"limit\": {}}").text("/detail"))
          .contains("unknown field 'limit'");
      String huge = "/v1/admin/users/" + "a".repeat(300);
      assertThat(server.admin("PUT", huge, "{}").status()).isEqualTo(400);
      // The HTTP server itself refuses this one.
      assertThat(server.exchange("GET", "/v1/admin/users/a%00b", "").statusCode()).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("are listed page by page; their IDs may have any characters")
  void list() {
    try (TestServer server = TestServer.start("--rules", rules)) {
      for (String id : new String[] {"b", "a%20%C3%A4", "c%3Fd"}) {
        assertThat(server.admin("PUT", "/v1/admin/users/" + id, "{}").status()).isEqualTo(201);
      }
      Answer page = server.admin("GET", "/v1/admin/users?page=2&limit=2", "");
      assertThat(page.text("/users/0/user_id")).isEqualTo("c?d");
      assertThat(page.text("/total")).isEqualTo("3");
      assertThat(page.text("/place")).isEqualTo("process");
      assertThat(server.admin("GET", "/v1/admin/users?page=0", "").text("/detail"))
          .contains("page: found '0'");
      assertThat(server.admin("GET", "/v1/admin/users/a%20%C3%A4", "").text("/user_id"))
          .isEqualTo("a ä");
    }
  }

  @Test
  @DisplayName(
      "are deleted with their statistics and with the usage of rules that count them alone")
  void delete() {
    try (TestServer server = TestServer.start("--rules", rules)) {
      server.admin("PUT", USER, "{\"limits\": {\"api\": \"fixed-window 5/day\"}}");
      assertThat(allowed(server, 9)).isEqualTo(5);
      eventually("the checks are counted")
          .until(() -> server.admin("GET", "/v1/stats/users/42", "").text("/total").equals("9"));
      Answer removed = server.admin("DELETE", USER, "");
      assertThat(removed.text("/existed")).isEqualTo("true");
      assertThat(removed.json().at("/reset_rules").toString()).isEqualTo("[\"api\",\"default\"]");
      assertThat(server.admin("GET", USER, "").status()).isEqualTo(404);
      assertThat(server.admin("GET", "/v1/stats/users/42", "").text("/total")).isEqualTo("0");
      assertThat(allowed(server, 9)).isEqualTo(3);
      assertThat(server.admin("DELETE", USER, "").text("/existed")).isEqualTo("false");
    }
  }

  @Test
  @DisplayName("are stored by their first check, if the settings say so")
  void created() {
    try (TestServer server = TestServer.start("--rules", rules, "--create-users")) {
      check(server, "");
      assertThat(server.admin("GET", USER, "").text("/limits")).isEqualTo("{}");
    }
  }

  @Test
  @DisplayName(
      "are those of all instances in PostgreSQL and in Redis; a change is known in a moment")
  void shared() {
    String postgres = TestPostgres.newDatabase();
    try (RedisProcess redis = RedisProcess.start()) {
      String[] inPostgres = {"--rules", rules, "--postgres", postgres};
      String[] inRedis = {"--rules", rules, "--redis", redis.uri(), "--redis-timeout", "20000"};
      for (String[] args : new String[][] {inPostgres, inRedis}) {
        try (TestServer one = TestServer.start(args);
            TestServer other = TestServer.start(args)) {
          eventually("the rules are there")
              .until(() -> check(other, "").text("/rules/0/limit").equals("fixed-window 3/day"));
          eventually("the user is stored")
              .until(
                  () ->
                      one.admin("PUT", USER, "{\"limits\": {\"*\": \"fixed-window 9/day\"}}")
                              .status()
                          < 300);
          eventually("the other instance knows")
              .until(() -> check(other, "").text("/rules/0/limit").equals("fixed-window 9/day"));
          assertThat(check(other, "").text("/rules/1/limit")).isEqualTo("100000/day");
          assertThat(other.admin("GET", "/v1/admin/users", "").text("/place"))
              .isEqualTo(args == inRedis ? "redis" : "postgresql");
          assertThat(one.admin("DELETE", USER, "").text("/existed")).isEqualTo("true");
          eventually("the other instance knows")
              .until(() -> check(other, "").text("/rules/0/limit").equals("fixed-window 3/day"));
        }
      }
    }
  }

  @Test
  @DisplayName("stay in force while Redis is away; calls about them answer 503")
  void outage() {
    try (RedisProcess redis = RedisProcess.start();
        TestServer server = TestServer.start("--rules", rules, "--redis", redis.uri())) {
      eventually("the user is stored")
          .until(
              () ->
                  server
                          .admin("PUT", USER, "{\"limits\": {\"api\": \"fixed-window 9/day\"}}")
                          .status()
                      < 300);
      eventually("the limits are known")
          .until(() -> check(server, "").text("/rules/0/limit").equals("fixed-window 9/day"));
      redis.kill();
      eventually("users cannot be read").until(() -> server.admin("GET", USER, "").status() == 503);
      assertThat(check(server, "").text("/rules/0/limit")).isEqualTo("fixed-window 9/day");
      assertThat(server.check("{\"user_id\": \"7\", \"endpoint\": \"/api/x\"}").status())
          .isEqualTo(200);
    }
  }
}
