package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.RestServer;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.security.AccessControl;
import io.github.ratelimiter.server.security.AdminTokens;
import io.github.ratelimiter.server.security.ClientId;
import io.github.ratelimiter.server.security.NewToken;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A call that needs a token")
class SecurityTest {
  private static final long NOW = 1_800_000_000_000_000L;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final NewToken alice = NewToken.create("alice", "write");
  private final NewToken next = NewToken.create("alice", "write");
  private final NewToken reader = NewToken.create("reader", "read");
  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final AccessControl control =
      new AccessControl(
          AdminTokens.of(List.of(alice.setting(), next.setting(), reader.setting())), () -> NOW);
  private final RestServer server = start();

  private RestServer start() {
    Routes routes =
        each -> {
          each.get("/read", this::run, Access.READ);
          each.get("/write", this::run, Access.WRITE);
          each.get("/open", context -> Answers.json(context, 200, List.of()), Access.PUBLIC);
          each.get("/forgotten", this::run);
        };
    ClientAddress addresses = ClientAddress.xForwardedFor(List.of(CidrBlock.parse("127.0.0.1")));
    return RestServer.start(
        "127.0.0.1", 0, new Guard(control, addresses, RateLimitHeaders.draft()), List.of(routes));
  }

  private void run(Context context) {
    ran.add(context.method() + " " + context.path());
    Answers.json(context, 200, Guard.caller(context));
  }

  @AfterEach
  void close() {
    server.close();
    control.close();
  }

  private HttpResponse<String> call(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> read(NewToken token, String address) {
    return call(
        "GET", "/read", "Authorization", "Bearer " + token.secret(), "X-Forwarded-For", address);
  }

  @Test
  @DisplayName("is made in the name of the token; several tokens of a name are valid at once")
  void names() {
    String body = "{\"name\":\"alice\",\"address\":\"192.0.2.1\"}";
    assertThat(read(alice, "192.0.2.1").body()).isEqualTo(body);
    assertThat(read(next, "192.0.2.1").body()).isEqualTo(body);
    assertThat(read(reader, "192.0.2.1").body()).contains("\"reader\"");
    assertThat(call("GET", "/read", "authorization", "bearer " + alice.secret()).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("is refused before the route runs, on every method and from loopback, too")
  void refused() {
    assertThat(call("GET", "/read").statusCode()).isEqualTo(401);
    assertThat(call("HEAD", "/read").statusCode()).isEqualTo(401);
    assertThat(call("GET", "/read/").statusCode()).isIn(401, 404);
    assertThat(call("GET", "/%72ead").statusCode()).isIn(401, 404);
    assertThat(
            call("GET", "/read", "Authorization", "Bearer x", "Authorization", "Bearer y")
                .statusCode())
        .isEqualTo(401);
    HttpResponse<String> small =
        call("GET", "/write", "Authorization", "Bearer " + reader.secret());
    assertThat(small.statusCode()).isEqualTo(403);
    assertThat(small.body()).contains("The token 'reader' may read; this call needs one");
    assertThat(small.headers().firstValue("WWW-Authenticate").orElseThrow())
        .isEqualTo("Bearer realm=\"ratelimiter\", error=\"insufficient_scope\"");
    assertThat(ran).isEmpty();
  }

  @Test
  @DisplayName("is denied with any token if the route does not say what it needs")
  void undeclared() {
    assertThat(call("GET", "/forgotten").statusCode()).isEqualTo(403);
    assertThat(call("GET", "/forgotten", "Authorization", "Bearer " + alice.secret()).statusCode())
        .isEqualTo(403);
    assertThat(ran).isEmpty();
    assertThat(call("HEAD", "/forgotten").statusCode()).isEqualTo(403);
    assertThat(call("GET", "/open").statusCode()).isEqualTo(200);
    assertThat(call("HEAD", "/open").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("is refused with the right token, too, from an address that has guessed too often")
  void guesses() {
    NewToken wrong = NewToken.create("alice", "write");
    List<Integer> guesses =
        IntStream.range(0, 12).mapToObj(i -> read(wrong, "192.0.2.9").statusCode()).toList();
    assertThat(guesses.subList(0, 10)).containsOnly(401);
    assertThat(guesses.subList(10, 12)).containsOnly(429);
    HttpResponse<String> right = read(alice, "192.0.2.9");
    assertThat(right.statusCode()).isEqualTo(429);
    assertThat(right.headers().firstValue("Retry-After")).isPresent();
    assertThat(right.headers().firstValue("RateLimit").orElseThrow()).contains("admin-wrong-token");
    assertThat(read(alice, "192.0.2.10").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("counts the guesses of a network of IPv6 together, and of a client, not of a header")
  void spoofed() {
    NewToken wrong = NewToken.create("alice", "write");
    for (int i = 0; i < 12; i++) {
      read(wrong, "2001:db8::" + i);
      read(wrong, "203.0.113." + i + ", 198.51.100.7");
    }
    assertThat(read(alice, "2001:db8::ffff").statusCode()).isEqualTo(429);
    assertThat(read(alice, "203.0.113.99, 198.51.100.7").statusCode()).isEqualTo(429);
    assertThat(read(alice, "2001:db8:0:1::1").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("is limited by its token and by its address")
  void limited() {
    HttpResponse<String> answer = read(alice, "192.0.2.1");
    assertThat(answer.headers().firstValue("RateLimit-Policy").orElseThrow())
        .contains("\"admin-address\";q=1200;w=60", "\"admin-token\";q=600;w=60");
  }

  @Test
  @DisplayName("is refused after so many calls with a token, whatever their address")
  void tokenLimit() {
    int admitted = 0;
    for (int i = 0; i < 700; i++) {
      ClientId address = new ClientId("", "address" + i % 100);
      admitted +=
          control.decide(Access.READ, alice.secret(), address) instanceof AccessControl.Admitted
              ? 1
              : 0;
    }
    assertThat(admitted).isEqualTo(600);
    assertThat(control.decide(Access.READ, reader.secret(), new ClientId("", "address0")))
        .isInstanceOf(AccessControl.Admitted.class);
  }

  @Test
  @DisplayName("leaves no secret in texts")
  void secrets() {
    String secret = alice.secret();
    String hash = alice.setting().replaceAll(".*:", "");
    AdminTokens tokens = AdminTokens.of(List.of(alice.setting()));
    assertThat(tokens.toString() + alice + control).contains("alice").doesNotContain(secret, hash);
    assertThat(alice.setting()).doesNotContain(secret);
  }
}
