package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A reservation")
class ReservationTest {
  private static final String SECRET = "a secret that both of the instances have";

  @TempDir private Path directory;
  private TestServer server;

  @BeforeEach
  void startHere() throws IOException {
    server = start("--reservation-secret", SECRET);
  }

  private TestServer start(String... more) throws IOException {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            """
            rules:
              - { id: tokens, match: { path: /tokens }, key: user, limits: fixed-window 1000/day }
              - { id: debt, match: { path: /debt }, key: user, limits: fixed-window 1000/day debt 500 }
              - { id: five, match: { path: /several }, key: user, cost: 5, limits: fixed-window 1000/day }
              - { id: all, match: { path: /several }, key: global, limits: sliding-log 100/day }
              - { id: tried, match: { path: /several }, key: user, limits: fixed-window 1/day, action: shadow }
            lists: { deny: [{ user: mallory }] }
            """);
    String[] args = new String[more.length + 2];
    args[0] = "--rules";
    args[1] = rules.toString();
    System.arraycopy(more, 0, args, 2, more.length);
    return TestServer.start(args);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private Answer reserve(String user, String path, long maxCost) {
    return server.post(
        "/v1/ratelimit/reserve",
        "{\"user_id\": \"%s\", \"endpoint\": \"%s\", \"max_cost\": %d}"
            .formatted(user, path, maxCost));
  }

  private Answer settle(String id, long cost) {
    return server.post(
        "/v1/ratelimit/settle", "{\"id\": \"%s\", \"cost\": %d}".formatted(id, cost));
  }

  private String remaining(String user, String path) {
    return server
        .post(
            "/v1/ratelimit/peek",
            "{\"user_id\": \"%s\", \"endpoint\": \"%s\"}".formatted(user, path))
        .text("/remaining");
  }

  @Test
  @DisplayName("counts as used until it is settled; then the rest is returned")
  void settled() {
    Answer reserved = reserve("1", "/tokens", 800);
    assertThat(reserved.status()).isEqualTo(200);
    assertThat(reserved.text("/decision/remaining")).isEqualTo("200");
    assertThat(reserved.header("RateLimit")).contains("r=200");
    assertThat(remaining("1", "/tokens")).isEqualTo("200");

    Answer settled = settle(reserved.text("/id"), 342);
    assertThat(settled.status()).isEqualTo(200);
    assertThat(settled.text("/max_cost")).isEqualTo("800");
    assertThat(settled.text("/cost")).isEqualTo("342");
    assertThat(settled.text("/keys/0/rule")).isEqualTo("tokens");
    assertThat(settled.text("/keys/0/remaining")).isEqualTo("658");
    assertThat(remaining("1", "/tokens")).isEqualTo("658");
  }

  @Test
  @DisplayName("is refused as a check is, and takes nothing then")
  void refused() {
    reserve("2", "/tokens", 800);
    Answer refused = reserve("2", "/tokens", 201);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text("/error/code")).isEqualTo("RATE_LIMIT_EXCEEDED");
    assertThat(refused.header("Retry-After")).isNotEmpty();
    assertThat(remaining("2", "/tokens")).isEqualTo("200");
    assertThat(reserve("mallory", "/tokens", 1).status()).isEqualTo(403);
  }

  @Test
  @DisplayName("is settled once: again with the same cost is the same, with another one a conflict")
  void repeated() {
    String id = reserve("3", "/tokens", 800).text("/id");
    Answer first = settle(id, 300);
    assertThat(settle(id, 300).response().body()).isEqualTo(first.response().body());
    Answer other = settle(id, 0);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("/detail")).contains("settled with the cost 300");
    assertThat(settle(id, 1_000_000_000).status()).isEqualTo(409);
    assertThat(remaining("3", "/tokens")).isEqualTo("700");
  }

  @Test
  @DisplayName("can be settled with nothing, with all, and with the highest cost there is")
  void extremes() {
    String nothing = reserve("4", "/tokens", 1_000).text("/id");
    assertThat(settle(nothing, 0).text("/keys/0/remaining")).isEqualTo("1000");
    assertThat(settle(nothing, 0).status()).isEqualTo(200);
    assertThat(settle(nothing, 1).status()).isEqualTo(409);
    String all = reserve("4", "/tokens", 1_000).text("/id");
    assertThat(settle(all, 1_000).text("/keys/0/remaining")).isEqualTo("0");
    String more = reserve("5", "/tokens", 10).text("/id");
    assertThat(settle(more, 1_000_000_000).text("/keys/0/remaining")).isEqualTo("0");
    assertThat(settle(more, 1_000_000_000).status()).isEqualTo(200);
    assertThat(settle(more, 999_999_999).status()).isEqualTo(409);
  }

  @Test
  @DisplayName("charges what was used beyond it, also into debt")
  void debt() {
    String id = reserve("6", "/debt", 1_000).text("/id");
    settle(id, 1_400);
    String refused = "{\"user_id\": \"6\", \"endpoint\": \"/debt\", \"cost\": 1}";
    assertThat(server.check(refused).status()).isEqualTo(429);
  }

  @Test
  @DisplayName("multiplies the cost of each rule, and leaves out what a rule in shadow refused")
  void several() {
    Answer reserved = reserve("7", "/several", 20);
    assertThat(reserved.status()).isEqualTo(200);
    Answer settled = settle(reserved.text("/id"), 7);
    assertThat(settled.json().at("/keys").size()).isEqualTo(2);
    assertThat(settled.text("/keys/0/rule")).isEqualTo("five");
    assertThat(settled.text("/keys/0/remaining")).isEqualTo("965");
    assertThat(settled.text("/keys/1/rule")).isEqualTo("all");
    assertThat(settled.text("/keys/1/remaining")).isEqualTo("93");
  }

  @Test
  @DisplayName("of a request without limits can be settled, too")
  void unlimited() {
    Answer reserved =
        server.post("/v1/ratelimit/reserve", "{\"endpoint\": \"/\", \"max_cost\": 5}");
    assertThat(settle(reserved.text("/id"), 3).text("/keys")).isEqualTo("[]");
  }

  @Test
  @DisplayName("cannot be settled after it has expired; what it has taken stays charged")
  void expired() {
    String id =
        server
            .post(
                "/v1/ratelimit/reserve",
                """
                {"user_id": "8", "endpoint": "/tokens", "max_cost": 800, "lifetime_seconds": 1}
                """)
            .text("/id");
    eventually("it has expired").until(() -> remainingIsKept() && settle(id, 800).status() == 410);
    assertThat(settle(id, 0).text("/detail")).contains("stays charged");
    assertThat(remaining("8", "/tokens")).isEqualTo("200");
  }

  private boolean remainingIsKept() {
    return remaining("8", "/tokens").equals("200");
  }

  @Test
  @DisplayName("cannot be made up, changed or taken from a service with another secret")
  void forged() throws IOException {
    String id = reserve("9", "/tokens", 800).text("/id");
    byte[] bytes = Base64.getUrlDecoder().decode(id);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThat(settle(Base64.getUrlEncoder().encodeToString(changed), 0).status()).isEqualTo(400);
    }
    for (String other : new String[] {"", "x", "AQ", "%%%", id.substring(1), id + "AAAA"}) {
      assertThat(settle(other, 0).status()).isEqualTo(400);
    }
    for (int length = 1; length < bytes.length; length += 7) {
      byte[] shorter = java.util.Arrays.copyOf(bytes, length);
      assertThat(settle(Base64.getUrlEncoder().encodeToString(shorter), 0).status()).isEqualTo(400);
    }
    try (TestServer stranger = start()) {
      Answer answer =
          stranger.post("/v1/ratelimit/settle", "{\"id\": \"%s\", \"cost\": 0}".formatted(id));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/errors/0/message")).contains("--reservation-secret");
    }
    assertThat(remaining("9", "/tokens")).isEqualTo("200");
  }

  @Test
  @DisplayName("does not show the keys that it counts, and is settled once in every spelling")
  void sealed() {
    String id = reserve("a-user-with-a-name", "/tokens", 800).text("/id");
    byte[] bytes = Base64.getUrlDecoder().decode(id);
    assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("a-user-with-a-name");
    settle(id, 800);
    // With padding it is the same ID.
    String padded = Base64.getUrlEncoder().encodeToString(bytes);
    assertThat(settle(padded, 800).status()).isEqualTo(200);
    assertThat(settle(padded, 0).status()).isEqualTo(409);
    assertThat(remaining("a-user-with-a-name", "/tokens")).isEqualTo("200");
  }

  @Test
  @DisplayName("never returns more than it has taken, whatever is reserved and settled")
  void neverMore() {
    Random random = new Random(42);
    long used = 0;
    for (int i = 0; i < 60 && used < 900; i++) {
      long maxCost = 1 + random.nextInt((int) (1_000 - used));
      long cost = random.nextInt((int) Math.min(maxCost + 1, 60));
      String id = reserve("10", "/tokens", maxCost).text("/id");
      used += cost;
      for (int call = 0; call < 3; call++) {
        assertThat(settle(id, cost).text("/keys/0/remaining")).isEqualTo("" + (1_000 - used));
        settle(id, cost + 1);
      }
    }
    assertThat(remaining("10", "/tokens")).isEqualTo("" + (1_000 - used));
  }

  @Test
  @DisplayName("has a clear error for each field that is wrong")
  void mistakes() {
    assertThat(mistake("reserve", "{\"endpoint\": \"/tokens\"}"))
        .isEqualTo("max_cost: is missing, expected 1 to 1000000000");
    assertThat(mistake("reserve", "{\"endpoint\": \"/tokens\", \"max_cost\": 0}"))
        .isEqualTo("max_cost: found 0, expected 1 to 1000000000");
    assertThat(mistake("reserve", "{\"endpoint\": \"tokens\", \"max_cost\": 1}"))
        .contains("endpoint: found 'tokens'");
    assertThat(
            mistake(
                "reserve", "{\"endpoint\": \"/\", \"max_cost\": 1, \"lifetime_seconds\": 86401}"))
        .isEqualTo("lifetime_seconds: found 86401, expected 1 to 86400");
    assertThat(mistake("reserve", "{\"endpoint\": \"/\", \"cost\": 1}")).contains("max_cost");
    assertThat(mistake("settle", "{\"cost\": 1}")).startsWith("id: is missing");
    assertThat(mistake("settle", "{\"id\": \"x\"}")).startsWith("cost: is missing");
    assertThat(mistake("settle", "{\"id\": \"x\", \"cost\": -1}"))
        .isEqualTo("cost: found -1, expected 0 to 1000000000");
    String large = "{\"id\": \"" + "x".repeat(2 << 20) + "\", \"cost\": 1}";
    assertThat(server.post("/v1/ratelimit/settle", large).status()).isEqualTo(413);
  }

  private String mistake(String call, String body) {
    Answer answer = server.post("/v1/ratelimit/" + call, body);
    assertThat(answer.status()).isEqualTo(400);
    return answer.text("/errors/0/message");
  }
}
