package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Checks over HTTP")
class CheckTest {
  private static final String RULES =
      """
      rules:
        - id: login
          match: { method: POST, path: /login }
          key: [ip]
          limits: 5/min
        - id: api
          match: { path: "/api/**" }
          key: [user]
          limits: fixed-window 10/h from first use; 5000/day
          tiers: { premium: 1000/h }
        - id: upload
          match: { path: /upload }
          key: [user]
          limits: fixed-window 10/h from first use
          cost: 3
        - id: region
          match: { path: /region, attribute: { region: eu } }
          key: [api-key]
          limits: 1/h
        - id: tried-out
          match: { path: "/api/**" }
          key: [user]
          limits: 1/h
          action: shadow
      lists:
        deny: [{ address: 203.0.113.0/24, reason: abuse }]
      default: { key: [ip], limits: 1000/h }
      new-keys: { limits: fixed-window 5/h, ipv4-prefix: 24 }
      honeypots: { paths: [/.env], ban: 1h }
      """;

  @TempDir private static Path directory;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
    server = TestServer.start("--rules", rules.toString());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("an allowed request takes a permit, and the answer says what is left")
  void allows() {
    Answer answer = server.check("{\"user_id\": \"allows\", \"endpoint\": \"/api/orders?page=2\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/limit")).isEqualTo("10");
    assertThat(answer.text("/remaining")).isEqualTo("9");
    assertThat(answer.text("/source")).isEqualTo("store");
    assertThat(answer.text("/rules/0/rule")).isEqualTo("api");
    assertThat(answer.text("/rules/0/limit")).isEqualTo("fixed-window 10/h from first use");
    assertThat(answer.header("RateLimit"))
        .startsWith("\"api:1\";r=9;t=")
        .contains("\"api:2\";r=4999");
  }

  @Test
  @DisplayName("a refused request takes nothing, and the answer says when to try again")
  void refuses() {
    String login =
        "{\"ip_address\": \"192.0.2.1\", \"method\": \"POST\", \"endpoint\": \"/login\"}";
    for (int i = 0; i < 5; i++) {
      assertThat(server.check(login).status()).isEqualTo(200);
    }
    Answer answer = server.check(login);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text("/allowed")).isEqualTo("false");
    assertThat(answer.text("/error/code")).isEqualTo("RATE_LIMIT_EXCEEDED");
    assertThat(answer.text("/error/limit")).isEqualTo("5");
    assertThat(answer.text("/error/retry_after")).isEqualTo(answer.header("Retry-After"));
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 12);
  }

  @Test
  @DisplayName("all addresses of one IPv6 network are one client")
  void networks() {
    for (int i = 0; i < 5; i++) {
      assertThat(server.check(login("2001:db8::" + i)).status()).isEqualTo(200);
    }
    assertThat(server.check(login("2001:db8::ffff:1")).status()).isEqualTo(429);
    assertThat(server.check(login("2001:db8:1::1")).status()).isEqualTo(200);
  }

  private static String login(String address) {
    return "{\"ip_address\": \"%s\", \"method\": \"POST\", \"endpoint\": \"/login\"}"
        .formatted(address);
  }

  @Test
  @DisplayName("a cost counts as often, all or nothing")
  void costs() {
    String body = "{\"user_id\": \"costs\", \"endpoint\": \"/api\", \"cost\": %d}";
    assertThat(server.check(body.formatted(7)).text("/remaining")).isEqualTo("3");
    assertThat(server.check(body.formatted(4)).status()).isEqualTo(429);
    assertThat(server.check(body.formatted(3)).text("/remaining")).isEqualTo("0");
    Answer impossible = server.check(body.formatted(11));
    assertThat(impossible.status()).isEqualTo(429);
    assertThat(impossible.json().at("/error/retry_after").isMissingNode()).isTrue();
  }

  @Test
  @DisplayName("a tier has its own limits")
  void tiers() {
    Answer answer =
        server.check("{\"user_id\": \"tiers\", \"tier\": \"premium\", \"endpoint\": \"/api\"}");
    assertThat(answer.text("/limit")).isEqualTo("1000");
  }

  @Test
  @DisplayName("rules match attributes and API keys")
  void attributes() {
    String body =
        "{\"api_key\": \"k\", \"endpoint\": \"/region\", \"attributes\": {\"region\": \"%s\"}}";
    assertThat(server.check(body.formatted("eu")).status()).isEqualTo(200);
    assertThat(server.check(body.formatted("eu")).status()).isEqualTo(429);
    assertThat(server.check(body.formatted("us")).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("a rule in shadow is reported and refuses nothing")
  void shadows() {
    String body = "{\"user_id\": \"shadows\", \"endpoint\": \"/api\"}";
    server.check(body);
    Answer answer = server.check(body);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/rules/2/rule")).isEqualTo("tried-out");
    assertThat(answer.text("/rules/2/allowed")).isEqualTo("false");
    assertThat(answer.text("/rules/2/enforced")).isEqualTo("false");
  }

  @Test
  @DisplayName("a client on the list of denied clients is refused with 403")
  void denies() {
    Answer answer = server.check("{\"ip_address\": \"203.0.113.9\", \"endpoint\": \"/x\"}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text("/error/code")).isEqualTo("ACCESS_DENIED");
    assertThat(server.post("/v1/ratelimit/peek", login("203.0.113.9")).status()).isEqualTo(403);
  }

  @Test
  @DisplayName("a client that asked for a honeypot is banned for a time")
  void bans() {
    String body = "{\"ip_address\": \"198.51.100.7\", \"endpoint\": \"%s\", \"cost\": 5}";
    Answer before = server.check(body.formatted("/x"));
    assertThat(before.status()).isEqualTo(200);
    assertThat(before.text("/rules/0/rule")).isEqualTo("default");
    assertThat(before.json().at("/rules")).hasSize(1);
    server.check(body.formatted("/.env"));
    Answer answer = server.check(body.formatted("/x"));
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text("/error/code")).isEqualTo("CLIENT_BANNED");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(3000, 3600);
  }

  @Test
  @DisplayName("a network that uses too many new keys is refused, whatever a check costs")
  void newKeys() {
    String body = "{\"ip_address\": \"198.51.101.%d\", \"endpoint\": \"/x\", \"cost\": %d}";
    for (int i = 0; i < 5; i++) {
      assertThat(server.check(body.formatted(i, 1 + i)).status()).isEqualTo(200);
    }
    Answer answer = server.check(body.formatted(5, 7));
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text("/error/message")).startsWith("Rate limit exceeded: new-keys.");
    assertThat(server.check(body.formatted(4, 7)).status()).as("a known key").isEqualTo(200);
  }

  @Test
  @DisplayName("a dry run and a peek consume nothing")
  void peeks() {
    String body = "{\"user_id\": \"peeks\", \"endpoint\": \"/api\"%s}";
    for (int i = 0; i < 20; i++) {
      assertThat(server.check(body.formatted(", \"dry_run\": true")).status()).isEqualTo(200);
      assertThat(server.post("/v1/ratelimit/peek", body.formatted("")).status()).isEqualTo(200);
    }
    server.check(body.formatted(", \"cost\": 10"));
    assertThat(server.post("/v1/ratelimit/peek", body.formatted("")).status()).isEqualTo(429);
  }

  @Test
  @DisplayName("a refund returns permits, a reset all of them")
  void refundsAndResets() {
    String body = "{\"user_id\": \"refunds\", \"endpoint\": \"/api\", \"cost\": %d}";
    server.check(body.formatted(8));
    Answer refunded = server.post("/v1/ratelimit/refund", body.formatted(3));
    assertThat(refunded.text("/keys/0/key")).isEqualTo("user:refunds");
    assertThat(refunded.text("/keys/0/remaining")).isEqualTo("5");
    Answer reset = server.post("/v1/ratelimit/reset", body.formatted(1));
    assertThat(reset.text("/keys/0/remaining")).isEqualTo("10");
  }

  @Test
  @DisplayName("a rule multiplies its own cost, and a refund returns as much")
  void costsOfRules() {
    String body = "{\"user_id\": \"uploads\", \"endpoint\": \"/upload\", \"cost\": %d}";
    assertThat(server.check(body.formatted(2)).text("/remaining")).isEqualTo("4");
    assertThat(server.check(body.formatted(2)).status()).isEqualTo(429);
    assertThat(server.post("/v1/ratelimit/refund", body.formatted(2)).text("/keys/0/remaining"))
        .isEqualTo("10");
  }

  @Test
  @DisplayName("an explanation can be read by people")
  void explains() {
    Answer answer =
        server.post(
            "/v1/ratelimit/explain", "{\"user_id\": \"explains\", \"endpoint\": \"/api/orders\"}");
    assertThat(answer.text("/explanation")).contains("Rule 'api' limits user:explains");
  }

  @Test
  @DisplayName("a batch has a result for each check, in their order")
  void batches() {
    String check = "{\"user_id\": \"batch\", \"endpoint\": \"/api\", \"cost\": %d}";
    Answer answer =
        server.post(
            "/v1/ratelimit/batch",
            "{\"checks\": [%s, %s, %s]}"
                .formatted(check.formatted(9), check.formatted(2), check.formatted(1)));
    assertThat(answer.text("/results/0/status")).isEqualTo("200");
    assertThat(answer.text("/results/1/status")).isEqualTo("429");
    assertThat(answer.text("/results/2/answer/remaining")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"user": "1", "endpoint": "/x"}       | user          | unknown field 'user'; expected one of api_key, attributes, cost, dry_run, endpoint, ip_address, method, tier, user_id
          {"user_id": "1"}                      | endpoint      | endpoint: is missing, for example "/api/orders"
          {"endpoint": "orders"}                | endpoint      | endpoint: found 'orders', expected a path such as /api/orders
          {"endpoint": 5}                       | endpoint      | endpoint: found '5', expected a text
          {"endpoint": "/x", "user_id": 42}     | user_id       | user_id: found '42', expected a text
          {"endpoint": "/x", "user_id": ""}     | user_id       | user_id: found an empty text; leave the field out if there is no value
          {"endpoint": "/x", "cost": 0}         | cost          | cost: found 0, expected 1 to 1000000000
          {"endpoint": "/x", "cost": 1.5}       | cost          | cost: found '1.5', expected a whole number
          {"endpoint": "/x", "cost": "2"}       | cost          | cost: expected a whole number
          {"endpoint": "/x", "dry_run": "yes"}  | dry_run       | dry_run: found 'yes', expected true or false
          {"endpoint": "/x", "attributes": {"a": []}} | attributes.a | attributes.a: expected a text, a number, true or false
          []                                    | ``            | the body: expected a JSON object
          """)
  @DisplayName("a mistake is refused, and the answer names the field")
  void mistakes(String body, String field, String message) {
    Answer answer = server.check(body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("/errors/0/message")).isEqualTo(message);
    assertThat(answer.text("/errors/0/field")).isEqualTo(field);
  }

  @Test
  @DisplayName("all fields that are wrong are named at once")
  void allMistakes() {
    Answer answer = server.check("{\"cost\": -1, \"tier\": \"\"}");
    assertThat(answer.json().at("/errors").size()).isEqualTo(3);
  }

  @Test
  @DisplayName("a body that is not JSON, or too large, is refused")
  void bodies() {
    assertThat(server.check("{\"endpoint\": ").text("/title")).isEqualTo("The body is not JSON");
    String large = "{\"endpoint\": \"/" + "x".repeat(2_000_000) + "\"}";
    assertThat(server.check(large).status()).isEqualTo(413);
    assertThat(server.check("{\"endpoint\": \"/" + "x".repeat(2_000) + "\"}").text("/detail"))
        .isEqualTo("endpoint: has 2001 characters, at most 1024 work");
  }

  @Test
  @DisplayName("a batch has bounds, and names the check that is wrong")
  void batchMistakes() {
    String path = "/v1/ratelimit/batch";
    assertThat(server.post(path, "{\"checks\": []}").text("/detail"))
        .isEqualTo("checks: found 0, expected 1 to 1000");
    String check = "{\"endpoint\": \"/x\"}";
    String many = "{\"checks\": [" + (check + ",").repeat(1_000) + check + "]}";
    assertThat(server.post(path, many).text("/detail"))
        .isEqualTo("checks: found 1001, expected 1 to 1000");
    assertThat(
            server
                .post(path, "{\"checks\": [%s, {\"endpoint\": \"x\"}]}".formatted(check))
                .text("/errors/0/field"))
        .isEqualTo("checks.1.endpoint");
  }

  @Test
  @DisplayName("an unknown path and a wrong method are problems, too")
  void noSuchPath() {
    HttpResponse<String> unknown = server.exchange("GET", "/v2/check", "");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("Content-Type")).contains("application/problem+json");
    HttpResponse<String> method = server.exchange("GET", "/v1/ratelimit/check", "");
    assertThat(method.statusCode()).isEqualTo(405);
  }

  @Test
  @DisplayName("health, metrics and the contract are where they are said to be")
  void about() {
    assertThat(server.get("/health").text("/status")).isEqualTo("healthy");
    assertThat(server.get("/health/live").status()).isEqualTo(200);
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    server.check("{\"user_id\": \"metrics\", \"endpoint\": \"/api\"}");
    assertThat(server.get("/metrics").response().body())
        .contains("rate_limiter_requests_total{")
        .contains("policy=\"api\"");
    assertThat(server.get("/openapi.yaml").response().body()).startsWith("openapi: 3.1.0");
  }
}
