package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.rest.RestServer.Route;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.security.NewToken;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asks the server for its routes, so that a new one is in these tests by itself. */
@DisplayName("Every route that the server has")
class RoutesTest {
  private static final List<String> PUBLIC_PATHS =
      List.of(
          "/v1/ratelimit/",
          "/health",
          "/metrics",
          "/openapi.yaml",
          "/admin",
          "/api/rate-limit/",
          "/rate-limit/check",
          "/check",
          "/ratelimit/check",
          "/ratelimit/status/");

  private final AtomicInteger addresses = new AtomicInteger();

  private static TestServer server() {
    return TestServer.start("--trusted-proxies", "127.0.0.1");
  }

  private static boolean isPublic(Route route) {
    return PUBLIC_PATHS.stream().anyMatch(route.path()::startsWith);
  }

  /** Each call is from another address, so that no limit refuses it. */
  private HttpResponse<String> call(TestServer server, Route route, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("X-Forwarded-For");
    all.add("198.51.100." + addresses.incrementAndGet() % 256);
    String path = route.path().replaceAll("[{<][^}>]*[}>]", "x");
    return server.exchange(route.method(), path, "", all.toArray(String[]::new));
  }

  @Test
  @DisplayName("says what it needs; only known paths are public")
  void declared() {
    try (TestServer server = server()) {
      assertThat(server.routes())
          .isNotEmpty()
          .allSatisfy(route -> assertThat(route.access()).as(route.toString()).hasSize(1));
      assertThat(server.routes())
          .filteredOn(route -> route.access().equals(Set.of(Access.PUBLIC)))
          .allMatch(RoutesTest::isPublic)
          .isNotEmpty();
      assertThat(server.routes())
          .filteredOn(route -> !route.method().equals("GET") && !isPublic(route))
          .allSatisfy(route -> assertThat(route.access()).as(route.toString()).isNotEmpty());
    }
  }

  @Test
  @DisplayName("answers 401 without a token or with a wrong one, unless it is public")
  void noToken() {
    String wrong = NewToken.create("writer", "write").secret();
    try (TestServer server = server()) {
      for (Route route : server.routes()) {
        List<HttpResponse<String>> answers =
            List.of(
                call(server, route),
                call(server, route, "Authorization", "Bearer " + wrong),
                call(server, route, "Authorization", "Bearer "),
                call(server, route, "Authorization", "Basic " + TestServer.WRITER.secret()));
        for (HttpResponse<String> answer : answers) {
          assertThat(answer.statusCode() == 401).as(route.toString()).isEqualTo(!isPublic(route));
          assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent())
              .isEqualTo(!isPublic(route));
        }
      }
    }
  }

  @Test
  @DisplayName("answers 403 to a token that may read, if it changes something")
  void readOnly() {
    try (TestServer server = server()) {
      for (Route route : server.routes()) {
        int status =
            call(server, route, "Authorization", "Bearer " + TestServer.READER.secret())
                .statusCode();
        boolean writes = route.access().equals(Set.of(Access.WRITE));
        assertThat(status == 403).as(route.toString()).isEqualTo(writes);
        assertThat(status).isNotEqualTo(401);
      }
    }
  }

  @Test
  @DisplayName("is in the contract, and the contract has no other")
  void contract() {
    try (TestServer server = server()) {
      assertThat(server.routes())
          .extracting(
              route ->
                  route.method().toLowerCase(Locale.ROOT)
                      + " "
                      + route.path().replace('<', '{').replace('>', '}'))
          .containsExactlyInAnyOrderElementsOf(TestServer.CONTRACT.operations());
    }
  }
}
