package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.server.TestServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An administrator")
class AdminTest {
  private static final String RULES = "/v1/admin/rules";
  private static final String RULE =
      """
      {"id": "api", "match": {"path": "/api/**"}, "key": "user", "limits": "10/h",
       "tiers": {"gold": "100/h"}}
      """;

  private static String uri;
  private static TestServer server;

  @BeforeAll
  static void start() {
    uri = TestPostgres.newDatabase();
    server = TestServer.start("--postgres", uri);
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
    }
  }

  /** Each test begins without rules. */
  @BeforeEach
  void clear() {
    TestPostgres.rules(uri).editor("test").change(rules -> RuleSet.of());
  }

  private Answer create(String rule) {
    return server.admin("POST", RULES, rule);
  }

  private Answer get(String path) {
    return server.admin("GET", path, "");
  }

  private Answer put(String path, String body, String tag) {
    return server.admin("PUT", path, body, "If-Match", tag);
  }

  private static String check(String user) {
    return "{\"user_id\": \"%s\", \"endpoint\": \"/api/orders\"}".formatted(user);
  }

  private static void awaitLimit(TestServer server, String limit) {
    eventually("the limit is in force")
        .until(() -> server.post("/v1/ratelimit/peek", check("1")).text("/limit").equals(limit));
  }

  // --- one rule --------------------------------------------------------------------------------

  @Test
  @DisplayName("creates, reads, changes and deletes a rule, in force in every instance")
  void life() {
    try (TestServer other = TestServer.start("--postgres", uri)) {
      Answer created = create(RULE);
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.text("/rule_id")).isEqualTo("api");
      assertThat(created.header("Location")).isEqualTo("/v1/admin/rules/api");
      awaitLimit(server, "10");
      awaitLimit(other, "10");

      Answer read = other.admin("GET", RULES + "/api", "");
      assertThat(read.text("/state")).isEqualTo("active");
      assertThat(read.text("/limits")).isEqualTo("10/h");
      assertThat(read.text("/created_by")).isEqualTo("writer");
      assertThat(read.text("/created_at")).isEqualTo(created.text("/created_at"));

      Answer changed = put(RULES + "/api", "{\"limits\": \"20/h\"}", read.header("ETag"));
      assertThat(changed.text("/tiers/gold")).isEqualTo("100/h");
      awaitLimit(server, "20");
      awaitLimit(other, "20");

      assertThat(
              other
                  .admin("DELETE", RULES + "/api", "", "If-Match", changed.header("ETag"))
                  .status())
          .isEqualTo(204);
      assertThat(get(RULES + "/api").status()).isEqualTo(404);
      awaitLimit(server, "1000");
      awaitLimit(other, "1000");
    }
  }

  @Test
  @DisplayName("may send a rule back as it was read")
  void roundTrip() {
    create(RULE);
    Answer read = get(RULES + "/api");
    Answer back = put(RULES + "/api", read.response().body(), read.header("ETag"));
    assertThat(back.json()).isEqualTo(read.json());
    assertThat(back.header("ETag")).isEqualTo(read.header("ETag"));
  }

  @Test
  @DisplayName("may write rules in the names of other services")
  void otherNames() {
    Answer created =
        create(
            """
            {"name": "Payments", "description": "d", "priority": 1, "enabled": true,
             "selector": {"user_tier": "premium", "endpoint": "/v1/payments"},
             "limit": 10000, "window": "1h", "algorithm": "sliding_window_counter",
             "action": "throttle", "action_params": {"max_wait": "1s"}}
            """);
    assertThat(created.status()).isEqualTo(201);
    String path = RULES + "/" + created.text("/rule_id");
    Answer read = get(path);
    assertThat(read.text("/match/path/1")).isEqualTo("/v1/payments/**");
    assertThat(read.text("/match/tier")).isEqualTo("premium");
    assertThat(read.text("/limits")).isEqualTo("sliding-window 10000/h");
    assertThat(read.text("/max-wait")).isEqualTo("1s");
    assertThat(read.text("/key/0")).isEqualTo("client");

    Answer changed = put(path, "{\"limit\": 5, \"status\": \"suspended\"}", read.header("ETag"));
    assertThat(changed.text("/limits")).isEqualTo("sliding-window 5/h");
    assertThat(changed.text("/state")).isEqualTo("suspended");

    Answer all =
        put(
            RULES,
            """
            {"rules": [{"id": "api_default", "match": {"path": "/api/*"},
                        "limits": [{"window": 60, "max": 100}, {"window": "1h", "max": 1000}]}]}
            """,
            changed.header("ETag"));
    assertThat(all.text("/total")).isEqualTo("1");
    assertThat(get(RULES + "/api_default").text("/limits")).isEqualTo("100/min; 1000/h");
  }

  @Test
  @DisplayName("is told which field is wrong and what would be right")
  void mistakes() {
    assertMistake(create("{\"id\": \"a\"}"), "/errors/0/message", "'limits' is missing");
    Answer two = create("{\"id\": \"a\", \"match\": {\"method\": \"post\"}, \"limits\": \"5/m\"}");
    assertMistake(two, "/errors/0/field", "match.method");
    assertMistake(two, "/errors/0/message", "match.method: found 'post', expected 'POST'");
    assertMistake(two, "/errors/1/field", "limits");
    assertMistake(two, "/errors/1/message", "a minute is min");
    assertMistake(create("{\"id\": \"a\", \"limts\": 5}"), "/detail", "unknown name 'limts'");
    assertMistake(create("{\"id\": \"a\", \"limit\": 5}"), "/errors/0/field", "window");
    assertMistake(create("{\"limit\": -1, \"window\": \"1h\"}"), "/errors/0/field", "limit");
    assertMistake(
        create("{\"limits\": \"1/h\", \"limit\": 5, \"window\": \"1h\"}"), "/detail", "twice");
    assertMistake(create("[]"), "/detail", "expected a JSON object");
    assertMistake(create("{\"id\": \"a\", \"id\": \"b\"}"), "/detail", "a field is there twice");
    assertMistake(create("{\"id\": \"a\\u007f\\ud83d\", \"limits\": \"5/h\"}"), "/detail", "");
  }

  @Test
  @DisplayName("cannot send what looks like one thing and is another")
  void hostile() {
    create(RULE);
    String tag = get(RULES).header("ETag");
    assertThat(put(RULES, "{\"rules\": null}", tag).status()).isEqualTo(400);
    assertThat(put(RULES, "{\"rules\": {}}", tag).status()).isEqualTo(400);
    assertThat(put(RULES, "{\"rulez\": []}", tag).text("/detail")).contains("unknown name");
    assertThat(put(RULES + "/api", "{\"id\": \"other\"}", tag).status()).isEqualTo(400);
    assertThat(put(RULES + "/api", "{\"limits\": null}", tag).status()).isEqualTo(400);
    assertThat(put(RULES + "/api", "{\"action_params\": 5}", tag).status()).isEqualTo(400);
    assertThat(create("[".repeat(5_000)).status()).isEqualTo(400);
    assertThat(create("{\"match\":".repeat(400) + "1" + "}".repeat(400)).status()).isEqualTo(400);
    assertThat(create("{\"id\": \"a\", \"limit\": 1e99, \"window\": \"1h\"}").status())
        .isEqualTo(400);
    assertThat(create("{\"id\": \"a\", \"limits\": \"1/h\", \"name\": \"\\u0000\"}").status())
        .isIn(400, 409);
    assertThat(
            create("{\"id\": \"a'; DROP TABLE rate_limit_rules; --\", \"limits\": \"1/h\"}")
                .status())
        .isEqualTo(400);
    assertThat(get(RULES).text("/total")).isEqualTo("1");
  }

  private static void assertMistake(Answer answer, String pointer, String text) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.text(pointer)).contains(text);
  }

  @Test
  @DisplayName("is told which states can follow, and what is there already")
  void refusedChanges() {
    create(RULE);
    assertThat(create(RULE).status()).isEqualTo(409);
    String tag = get(RULES + "/api").header("ETag");
    Answer draft =
        server.admin("POST", RULES + "/api/state", "{\"state\": \"draft\"}", "If-Match", tag);
    assertThat(draft.status()).isEqualTo(409);
    assertThat(draft.text("/detail"))
        .isEqualTo("rule 'api' is active; it can become suspended or inactive, but not draft");
    Answer suspended =
        server.admin("POST", RULES + "/api/state", "{\"state\": \"suspended\"}", "If-Match", tag);
    assertThat(suspended.text("/state")).isEqualTo("suspended");
    awaitLimit(server, "1000");
    assertMistake(
        server.admin("POST", RULES + "/api/state", "{\"state\": \"off\"}", "If-Match", tag),
        "/detail",
        "found 'off', expected one of draft, active, suspended, inactive");
  }

  @Test
  @DisplayName("reaches rules with a slash in their ID")
  void slash() {
    create("{\"id\": \"team/api\", \"limits\": \"10/h\"}");
    assertThat(
            server
                .exchange(
                    "GET",
                    RULES + "/team/api",
                    "",
                    "Authorization",
                    "Bearer " + TestServer.READER.secret())
                .body())
        .contains("\"rule_id\":\"team/api\"");
  }

  // --- lost updates ----------------------------------------------------------------------------

  @Test
  @DisplayName("cannot lose the change of somebody else")
  void conflicts() {
    create(RULE);
    String read = get(RULES + "/api").header("ETag");
    Answer first = put(RULES + "/api", "{\"limits\": \"20/h\"}", read);
    Answer second = put(RULES + "/api", "{\"limits\": \"30/h\"}", read);
    assertThat(second.status()).isEqualTo(412);
    assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
    assertThat(second.text("/detail")).contains("rule 'api' was changed by writer in revision ");
    assertThat(server.admin("DELETE", RULES + "/api", "", "If-Match", read).status())
        .isEqualTo(412);
    assertThat(put(RULES, "{\"rules\": []}", read).status()).isEqualTo(412);
    // Another rule does not matter.
    create("{\"id\": \"other\", \"limits\": \"1/h\"}");
    assertThat(put(RULES + "/api", "{\"limits\": \"30/h\"}", first.header("ETag")).status())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("is one of many who change the same rule at once: one of them wins")
  void race() throws Exception {
    create(RULE);
    String tag = get(RULES + "/api").header("ETag");
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try {
      List<Future<Integer>> answers =
          IntStream.range(0, 6)
              .mapToObj(
                  i ->
                      callers.submit(
                          () -> put(RULES + "/api", "{\"limit\": %d}".formatted(i), tag).status()))
              .toList();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
      assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  @DisplayName("must say what a change is based on")
  void preconditions() {
    create(RULE);
    assertThat(server.admin("PUT", RULES + "/api", "{}").status()).isEqualTo(428);
    assertThat(put(RULES + "/api", "{}", "*").status()).isEqualTo(428);
    assertThat(server.admin("DELETE", RULES + "/api", "").status()).isEqualTo(428);
    assertThat(server.admin("PUT", RULES, "{}").status()).isEqualTo(428);
    assertThat(put(RULES + "/api", "{}", "2").status()).isEqualTo(400);
    assertThat(put(RULES + "/api", "{\"limits\": \"1/h\"}", "\"999999\"").status()).isEqualTo(412);
    assertThat(put(RULES + "/none", "{}", get(RULES).header("ETag")).status()).isEqualTo(404);
  }

  // --- lists of rules --------------------------------------------------------------------------

  @Test
  @DisplayName("pages through rules, and filters them")
  void pages() {
    for (int i = 0; i < 5; i++) {
      create(
          "{\"id\": \"r%d\", \"match\": {\"path\": \"/p%d/**\"}, \"limits\": \"1/h\"}"
              .formatted(i, i));
    }
    create(RULE);
    Answer page = get(RULES + "?page=2&limit=4");
    assertThat(page.text("/total")).isEqualTo("6");
    assertThat(page.text("/page_size")).isEqualTo("4");
    assertThat(page.json().path("rules")).hasSize(2);
    assertThat(get(RULES + "?page=3&limit=4").json().path("rules")).isEmpty();
    assertThat(get(RULES + "?tier=gold").text("/rules/0/rule_id")).isEqualTo("api");
    assertThat(get(RULES + "?path=/p3").text("/total")).isEqualTo("1");
    assertThat(get(RULES + "?state=draft").text("/total")).isEqualTo("0");
    assertThat(get(RULES).text("/page_size")).isEqualTo("50");
    for (String wrong :
        new String[] {"page=0", "limit=0", "limit=201", "limit=x", "state=x", "sort=id"}) {
      assertThat(get(RULES + "?" + wrong).status()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("returns to an earlier version, and sees what differs")
  void versions() {
    create(RULE);
    String tag = get(RULES + "/api").header("ETag");
    String changed = put(RULES + "/api", "{\"limits\": \"20/h\"}", tag).header("ETag");
    Answer versions = get("/v1/admin/versions?limit=2");
    assertThat(versions.json().path("versions")).hasSize(2);
    assertThat(versions.text("/versions/0/author")).isEqualTo("writer");
    String first = versions.text("/versions/1/version");
    assertThat(get("/v1/admin/diff?from=" + first).text("/changes/0"))
        .isEqualTo("~ rule 'api': limits 10/h -> 20/h");
    assertThat(get("/v1/admin/diff?from=" + first + "&to=999999").status()).isEqualTo(404);
    assertThat(get("/v1/admin/versions/" + first).text("/rules/rules/0/limits")).isEqualTo("10/h");
    String rollback = "/v1/admin/versions/" + first + "/rollback";
    assertThat(server.admin("POST", rollback, "").status()).isEqualTo(428);
    assertThat(server.admin("POST", rollback, "", "If-Match", tag).status()).isEqualTo(412);
    Answer back = server.admin("POST", rollback, "", "If-Match", changed);
    assertThat(back.header("ETag")).isEqualTo('"' + back.text("/version") + '"');
    assertThat(get(RULES + "/api").text("/limits")).isEqualTo("10/h");
  }

  @Test
  @DisplayName("sees who would newly be refused in an access log")
  void preview() {
    create(RULE);
    StringBuilder log = new StringBuilder("nonsense\\n");
    for (int i = 0; i < 8; i++) {
      log.append(
          "192.0.2.1 - bob [02/Mar/2026:09:00:0%d +0000] \\\"GET /api/x HTTP/1.1\\\" 200 17\\n"
              .formatted(i));
    }
    String body =
        "{\"rules\": {\"rules\": [{\"id\": \"api\", \"key\": \"user\", \"limits\": \"3/h\"}]}, \"log\": \"%s\"}"
            .formatted(log);
    Answer answer = server.admin("POST", "/v1/admin/preview", body);
    assertThat(answer.text("/result/requests")).isEqualTo("8");
    assertThat(answer.text("/result/refused_before")).isEqualTo("0");
    assertThat(answer.text("/result/newly_refused")).isEqualTo("5");
    assertThat(answer.text("/result/newly_refused_keys/0/key")).isEqualTo("user:bob");
    assertThat(answer.text("/skipped_lines")).isEqualTo("1");
    assertThat(get(RULES + "/api").text("/limits")).isEqualTo("10/h");
    assertThat(server.admin("POST", "/v1/admin/preview", "{}").status()).isEqualTo(400);
    String large = "{\"rules\": {}, \"log\": \"" + "x".repeat(1 << 20) + "\"}";
    assertThat(server.admin("POST", "/v1/admin/preview", large).status()).isEqualTo(413);
  }

  // --- clients ---------------------------------------------------------------------------------

  @Test
  @DisplayName("denies and allows clients, until a time, with a reason")
  void lists() {
    String lists = "/v1/admin/lists";
    Answer denied =
        server.admin(
            "POST",
            lists,
            """
            {"list": "deny", "address": "203.0.113.0/24", "reason": "scan",
             "until": "2100-01-01T00:00:00Z"}
            """);
    assertThat(denied.status()).isEqualTo(201);
    server.admin("POST", lists, "{\"list\": \"allow\", \"api_key\": \"k-0123456789\"}");
    Answer read = get(lists);
    assertThat(read.text("/deny/0/author")).isEqualTo("writer");
    assertThat(read.text("/deny/0/until")).startsWith("2100-01-01T00:00:00");
    assertThat(read.text("/allow/0/api-key")).isEqualTo("k-01...");
    String request = "{\"ip_address\": \"203.0.113.9\", \"endpoint\": \"/\"}";
    eventually("the client is denied").until(() -> server.check(request).status() == 403);
    assertThat(
            server.admin("POST", lists + "/remove", "{\"address\": \"203.0.113.0/24\"}").status())
        .isEqualTo(200);
    eventually("the client is back").until(() -> server.check(request).status() == 200);
    assertThat(
            server.admin("POST", lists + "/remove", "{\"address\": \"203.0.113.0/24\"}").status())
        .isEqualTo(404);
    assertMistake(
        server.admin("POST", lists, "{\"list\": \"deny\", \"address\": \"x\"}"),
        "/errors/0/field",
        "address");
    assertMistake(server.admin("POST", lists, "{\"user\": \"x\"}"), "/errors/0/field", "list");
    assertMistake(
        server.admin("POST", lists, "{\"list\": \"deny\", \"user\": \"x\", \"author\": \"eve\"}"),
        "/errors/0/field",
        "author");
    assertThat(get("/v1/admin/audit").response().body()).doesNotContain("k-0123456789");
  }

  @Test
  @DisplayName("sees the tiers, with their users and limits")
  void tiers() {
    create(RULE);
    TestPostgres.rules(uri).editor("x").setTier("1", "gold");
    TestPostgres.rules(uri).editor("x").setTier("2", "silver");
    Answer tiers = get("/v1/admin/tiers");
    assertThat(tiers.response().body())
        .contains("{\"name\":\"gold\",\"users\":1,\"limits\":{\"api\":\"100/h\"}}");
    assertThat(tiers.response().body()).contains("{\"name\":\"silver\",\"users\":1,\"limits\":{}}");
  }

  @Test
  @DisplayName("sees who changed what, and from where")
  void audit() {
    create("{\"id\": \"audited\", \"limits\": \"10/h\"}");
    String path = RULES + "/audited";
    put(path, "{\"limits\": \"20/h\"}", get(path).header("ETag"));
    TestPostgres.rules(uri).editor("by hand").setTier("audited", "bronze");
    Answer page = get("/v1/admin/audit?limit=2");
    assertThat(page.text("/entries/0/after")).isEqualTo("bronze");
    assertThat(page.json().path("entries").path(0).has("origin")).isFalse();
    assertThat(page.text("/entries/1/event")).isEqualTo("rule_updated");
    assertThat(page.text("/entries/1/author")).isEqualTo("writer");
    assertThat(page.text("/entries/1/origin")).isEqualTo("127.0.0.1");
    assertThat(page.text("/entries/1/before/limits")).isEqualTo("10/h");
    assertThat(page.text("/entries/1/after/limits")).isEqualTo("20/h");
    Answer next = get("/v1/admin/audit?limit=1&before=" + page.text("/next"));
    assertThat(next.text("/entries/0/event")).isEqualTo("rule_created");
    Answer ofRule = get("/v1/admin/audit?rule_id=audited");
    assertThat(ofRule.json().path("entries")).hasSize(2);
    assertThat(ofRule.json().has("next")).isFalse();
  }

  // --- the switch ------------------------------------------------------------------------------

  @Test
  @DisplayName("sets all rules of all instances into shadow, or those of one")
  void shadow() {
    create("{\"id\": \"none\", \"limits\": \"0/h\"}");
    try (TestServer other = TestServer.start("--postgres", uri)) {
      eventually("the rule refuses").until(() -> server.check(check("1")).status() == 429);
      String path = "/v1/admin/shadow";
      server.admin("POST", path, "{\"shadowed\": true}");
      eventually("nothing is refused")
          .until(
              () ->
                  server.check(check("1")).status() == 200
                      && other.check(check("1")).status() == 200);
      assertThat(get(path).text("/shadowed")).isEqualTo("true");
      server.admin("POST", path, "{\"shadowed\": false}");
      eventually("both refuse")
          .until(
              () ->
                  server.check(check("1")).status() == 429
                      && other.check(check("1")).status() == 429);
      other.admin("POST", path, "{\"shadowed\": true, \"scope\": \"instance\"}");
      assertThat(other.check(check("1")).status()).isEqualTo(200);
      assertThat(server.check(check("1")).status()).isEqualTo(429);
      assertThat(server.admin("POST", path, "{\"scope\": \"world\"}").status()).isEqualTo(400);
      assertThat(server.admin("POST", path, "{\"shadowed\": true, \"scope\": \"world\"}").status())
          .isEqualTo(400);
    }
  }
}
