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

@DisplayName("The calls under the names of other services")
class OtherNamesTest {
  @TempDir private Path directory;

  private TestServer start(String rules, String... more) {
    try {
      Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
      String[] args = new String[more.length + 2];
      args[0] = "--rules";
      args[1] = file.toString();
      System.arraycopy(more, 0, args, 2, more.length);
      return TestServer.start(args);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final String ORDERS =
      "rules: [{ id: orders, match: { path: /orders }, key: user, limits: fixed-window 2/day }]";

  @Test
  @DisplayName("in camel case check a user on an API, reset him, and tell what happened")
  void policiesOfUsers() {
    String check = "/api/rate-limit/check?userID=42&api=orders&algorithm=token_bucket";
    try (TestServer server = start(ORDERS)) {
      Answer first = server.get(check);
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.text("/allowed")).isEqualTo("true");
      assertThat(first.text("/remaining")).isEqualTo("1");
      assertThat(first.text("/policyID")).isEqualTo("orders");
      assertThat(first.text("/resetTime")).endsWith("Z");
      server.get(check);
      Answer refused = server.get(check);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text("/allowed")).isEqualTo("false");
      assertThat(refused.text("/retryAfter")).isEqualTo(refused.header("Retry-After"));
      Answer status = server.get("/api/rate-limit/status?userID=42&api=/orders");
      assertThat(status.text("/remaining")).isEqualTo("0");
      assertThat(server.get("/api/rate-limit/check?userID=42").text("/detail"))
          .contains("api: is missing");
      assertThat(server.exchange("POST", check, "").statusCode()).isEqualTo(405);
      assertThat(server.get("/api/rate-limit/check?userID=7&api=x&policyID=orders").status())
          .isEqualTo(200);
      assertThat(server.get("/api/rate-limit/check?userID=7&api=x&policyID=none").status())
          .isEqualTo(404);
      eventually("the checks are counted")
          .until(() -> server.admin("GET", "/v1/stats/users/42", "").text("/total").equals("3"));
      Answer metric = server.admin("GET", "/api/metrics/rate-limits/42", "");
      assertThat(metric.text("/userID")).isEqualTo("42");
      assertThat(metric.text("/requests")).isEqualTo("3");
      assertThat(metric.text("/blocked")).isEqualTo("1");
      assertThat(server.admin("GET", "/api/metrics/rate-limits", "").text("/0/userID"))
          .isEqualTo("42");
      assertThat(server.admin("GET", "/api/metrics/rate-limits/nobody", "").status())
          .isEqualTo(404);
      server.post("/api/rate-limit/reset", "{\"userID\": \"42\", \"api\": \"/orders\"}");
      assertThat(server.get(check).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("in camel case keep policies in PostgreSQL, and refuse to without it")
  void policies() {
    String body =
        """
        {"name": "users", "algorithm": "token_bucket", "limit": 100, "window": 60, "burst": 100,
         "scope": "user", "isActive": true}
        """;
    try (TestServer server = start(ORDERS, "--postgres", TestPostgres.newDatabase())) {
      eventually("the rules are there")
          .until(
              () ->
                  server
                      .admin("GET", "/api/config/rate-limits", "")
                      .text("/0/id")
                      .equals("orders"));
      Answer made = server.admin("POST", "/api/config/rate-limits", body);
      assertThat(made.status()).as(made.response().body()).isEqualTo(201);
      assertThat(made.text("/id")).matches("policy_[0-9]{19}");
      assertThat(made.text("/burst")).isEqualTo("100");
      assertThat(made.text("/scope")).isEqualTo("user");
      assertThat(made.text("/createdAt")).endsWith("Z");
      String path = "/api/config/rate-limits/" + made.text("/id");
      Answer changed = server.admin("PUT", path, "{\"limit\": 50, \"window\": \"1m\"}");
      assertThat(changed.text("/limit")).isEqualTo("50");
      assertThat(changed.text("/name")).isEqualTo("users");
      assertThat(server.admin("PUT", path, "{\"isActive\": false}").text("/isActive"))
          .isEqualTo("false");
      assertThat(server.admin("PUT", "/api/config/rate-limits/none", "{}").status()).isEqualTo(404);
      assertThat(
              server
                  .admin("POST", "/api/config/rate-limits", body.replace("user\"", "planet\""))
                  .text("/detail"))
          .contains("scope: found \"planet\", expected one of [api, global, ip, user]");
      assertThat(
              server.admin("POST", "/api/config/rate-limits", body.replace("100", "-1")).status())
          .isEqualTo(400);
    }
    try (TestServer server = start(ORDERS)) {
      assertThat(server.admin("POST", "/api/config/rate-limits", body).status()).isEqualTo(501);
    }
  }

  @Test
  @DisplayName("of version 1: check, admin, statistics and health")
  void versionOne() {
    try (TestServer server = start(ORDERS, "--headers", "legacy")) {
      String body =
          """
          {"user_id": "42", "api_key": "k", "ip_address": "192.0.2.1", "endpoint": "/orders",
           "method": "GET"}
          """;
      Answer first = server.check(body);
      assertThat(first.text("/allowed")).isEqualTo("true");
      assertThat(first.text("/limit")).isEqualTo("2");
      assertThat(first.text("/remaining")).isEqualTo("1");
      assertThat(first.header("X-RateLimit-Reset")).isEqualTo(first.text("/reset_at"));
      server.check(body);
      Answer refused = server.check(body);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text("/error/code")).isEqualTo("RATE_LIMIT_EXCEEDED");
      assertThat(refused.text("/error/retry_after")).isEqualTo(refused.header("Retry-After"));
      assertThat(server.admin("GET", "/v1/admin/rules?page=1&limit=50", "").text("/page_size"))
          .isEqualTo("50");
      eventually("the checks are counted")
          .until(
              () ->
                  server
                      .admin("GET", "/v1/stats/users/42?window=1h", "")
                      .text("/total")
                      .equals("3"));
      assertThat(server.admin("GET", "/v1/stats/global", "").text("/top_limited_users/0/user_id"))
          .isEqualTo("42");
      assertThat(server.get("/health").text("/status")).isEqualTo("healthy");
      assertThat(server.exchange("GET", "/v1/stats/global", "").statusCode()).isEqualTo(401);
    }
  }

  @Test
  @DisplayName(
      "check one rule for a client, and replace rules of which the higher priority is first")
  void priorities() {
    String rules =
        """
        {"rules": [
          {"id": "api_default", "match": {"path": "/api/*"}, "priority": 1,
           "limits": [{"window": 1, "max": 10}, {"window": "1m", "max": 100}]},
          {"id": "auth_strict", "match": {"path": "/api/auth/*", "method": "POST"}, "priority": 10,
           "limits": [{"window": "1m", "max": 5}, {"window": "1h", "max": 20}]}]}
        """;
    try (TestServer server = start(ORDERS, "--postgres", TestPostgres.newDatabase())) {
      eventually("the rules are there")
          .until(() -> server.admin("GET", "/v1/admin/rules", "").text("/total").equals("1"));
      Answer replaced = server.admin("PUT", "/rate-limits/rules", rules);
      assertThat(replaced.status()).as(replaced.response().body()).isEqualTo(200);
      assertThat(replaced.text("/total")).isEqualTo("2");
      Answer all = server.admin("GET", "/v1/admin/rules", "");
      assertThat(all.text("/rules/0/rule_id")).isEqualTo("api_default");
      assertThat(all.json().at("/rules/0/priority").asInt())
          .isGreaterThan(all.json().at("/rules/1/priority").asInt());
      assertThat(all.text("/rules/1/limits")).isEqualTo("5/min; 20/h");
      assertThat(all.text("/rules/0/match/path")).isEqualTo("/api/**");
      eventually("the rules are in force")
          .until(() -> checkRule(server, "probe", "auth_strict").status() == 200);
      for (int i = 0; i < 5; i++) {
        assertThat(checkRule(server, "42", "auth_strict").text("/allowed")).isEqualTo("true");
      }
      Answer refused = checkRule(server, "42", "auth_strict");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text("/remaining")).isEqualTo("0");
      assertThat(Long.parseLong(refused.text("/reset_at"))).isPositive();
      assertThat(checkRule(server, "42", "none").status()).isEqualTo(404);
      assertThat(server.post("/rate-limit/check", "{\"client_id\": \"42\"}").text("/detail"))
          .contains("rule_id: is missing");
      assertThat(
              server
                  .admin("PUT", "/rate-limits/rules", rules.replace("10,\n", "-1,\n"))
                  .text("/detail"))
          .contains("priority: found -1");
    }
    try (TestServer server = start(ORDERS)) {
      assertThat(server.admin("PUT", "/rate-limits/rules", rules).status()).isEqualTo(501);
      assertThat(checkRule(server, "42", "orders").status()).isEqualTo(200);
    }
  }

  private static Answer checkRule(TestServer server, String client, String rule) {
    return server.post(
        "/rate-limit/check",
        "{\"client_id\": \"%s\", \"rule_id\": \"%s\"}".formatted(client, rule));
  }

  @Test
  @DisplayName("store a user at his first check, and give him a bucket of his own")
  void buckets() {
    try (TestServer server = start("rules: []")) {
      assertThat(server.admin("GET", "/users?user_id=42", "").status()).isEqualTo(404);
      Answer first = server.get("/check?user_id=42");
      assertThat(first.text("/limit")).isEqualTo("1000");
      Answer stored = server.admin("GET", "/users?user_id=42", "");
      assertThat(stored.status()).isEqualTo(200);
      assertThat(stored.text("/limits")).isEqualTo("{}");
      Answer saved =
          server.admin("POST", "/users?user_id=42", "{\"max_tokens\": 2, \"refill_rate\": 0.0001}");
      assertThat(saved.status()).isEqualTo(200);
      assertThat(saved.text("/max_tokens")).isEqualTo("2");
      assertThat(saved.text("/refill_rate")).isEqualTo("1.0E-4");
      assertThat(saved.text("/limits/*")).isEqualTo("1/10000s burst 2");
      assertThat(server.get("/check?user_id=42").text("/remaining")).isEqualTo("0");
      Answer refused = server.get("/check?user_id=42");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.text("/retry_after")).isEqualTo(refused.header("Retry-After"));
      assertThat(server.post("/ratelimit/check", "{\"user_id\": \"42\"}").status()).isEqualTo(429);
      assertThat(server.get("/ratelimit/status/42").text("/allowed")).isEqualTo("false");
      Answer leaky =
          server.admin("POST", "/users?user_id=7", "{\"capacity\": 5, \"leak_rate\": 2.5}");
      assertThat(leaky.status()).isEqualTo(201);
      assertThat(leaky.text("/leak_rate")).isEqualTo("2.5");
      assertThat(leaky.text("/limits/*")).isEqualTo("leaky-bucket 5/2s");
      for (String wrong :
          new String[] {
            "{}",
            "{\"max_tokens\": 5}",
            "{\"max_tokens\": 5, \"capacity\": 5, \"refill_rate\": 1}",
            "{\"max_tokens\": -1, \"refill_rate\": 1}",
            "{\"max_tokens\": 1.5, \"refill_rate\": 1}",
            "{\"max_tokens\": 1, \"refill_rate\": 1e-300}"
          }) {
        assertThat(server.admin("POST", "/users?user_id=7", wrong).status()).isEqualTo(400);
      }
      assertThat(server.admin("DELETE", "/users?user_id=42", "").text("/deleted"))
          .isEqualTo("true");
      assertThat(server.admin("GET", "/users?user_id=42", "").status()).isEqualTo(404);
      assertThat(server.get("/check?user_id=42").text("/remaining")).isEqualTo("999");
      assertThat(server.get("/check").text("/detail")).contains("user_id: is missing");
      eventually("the checks are counted")
          .until(
              () ->
                  server
                      .admin("GET", "/ratelimit/analytics", "")
                      .text("/rejected_requests")
                      .equals("2"));
    }
  }

  @Test
  @DisplayName("keep rules in PostgreSQL, and refuse to without it")
  void rules() {
    String rule = "{\"name\": \"api\", \"limit\": 10, \"window\": \"1h\"}";
    try (TestServer server = start(ORDERS, "--postgres", TestPostgres.newDatabase())) {
      eventually("the rules are there")
          .until(() -> server.admin("GET", "/ratelimit/rules", "").text("/total").equals("1"));
      Answer made = server.admin("POST", "/ratelimit/rules", rule);
      assertThat(made.status()).as(made.response().body()).isEqualTo(201);
      String path = "/ratelimit/rules/" + made.text("/rule_id");
      assertThat(server.admin("PUT", path, "{\"limit\": 20}").text("/limits")).isEqualTo("20/h");
      assertThat(server.admin("DELETE", path, "").status()).isEqualTo(204);
      assertThat(server.admin("DELETE", path, "").status()).isEqualTo(404);
      assertThat(server.admin("GET", "/ratelimit/rules", "").text("/total")).isEqualTo("1");
    }
    try (TestServer server = start(ORDERS)) {
      assertThat(server.admin("POST", "/ratelimit/rules", rule).status()).isEqualTo(501);
      assertThat(server.admin("DELETE", "/ratelimit/rules/orders", "").status()).isEqualTo(501);
    }
  }
}
