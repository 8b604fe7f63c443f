package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The page, and the routes that were made for it")
class PageTest {
  private static final String RULES =
      """
      rules:
        - { id: api, match: { path: "/api/**" }, key: user, limits: fixed-window 2/d from first use }
        - { id: keys, match: { path: /keys }, key: [api-key, method], limits: fixed-window 1/d }
      """;

  @TempDir private Path directory;

  private TestServer start() throws IOException {
    Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
    return TestServer.start("--rules", rules.toString());
  }

  @Test
  @DisplayName("come with headers that leave no way to foreign scripts and frames")
  void headers() throws IOException {
    Map<String, String> mediaTypes =
        Map.of(
            "/admin", "text/html",
            "/admin/page.html", "text/html",
            "/admin/page.css", "text/css",
            "/admin/page.js", "text/javascript",
            "/admin/service.js", "text/javascript",
            "/admin/view.js", "text/javascript",
            "/admin/icon.svg", "image/svg+xml");
    try (TestServer server = start()) {
      mediaTypes.forEach(
          (path, mediaType) -> {
            Answer answer = server.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.header("Content-Type")).startsWith(mediaType);
            assertThat(answer.header("Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'")
                .doesNotContain("unsafe", "http", "*", "data:");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.response().body())
                .doesNotContain("innerHTML", "https://", "localStorage", "style=");
          });
      assertThat(server.get("/admin/other.js").status()).isEqualTo(404);
      assertThat(server.exchange("GET", "/admin/..%2fopenapi.yaml", "").statusCode())
          .isIn(400, 404);
    }
  }

  @Test
  @DisplayName("tell what each rule allowed and refused, in the order of the rules")
  void traffic() throws IOException {
    try (TestServer server = start()) {
      for (int i = 0; i < 5; i++) {
        server.check("{\"user_id\": \"42\", \"endpoint\": \"/api/orders\"}");
      }
      server.post("/v1/ratelimit/peek", "{\"user_id\": \"42\", \"endpoint\": \"/api/orders\"}");
      Answer counts = server.admin("GET", "/v1/admin/traffic", "");
      assertThat(counts.text("/rules"))
          .isEqualTo(
              "[{\"rule\":\"api\",\"allowed\":2,\"refused\":3},"
                  + "{\"rule\":\"keys\",\"allowed\":0,\"refused\":0},"
                  + "{\"rule\":\"default\",\"allowed\":0,\"refused\":0}]");
      assertThat(server.admin("GET", "/v1/admin/traffic?x=1", "").status()).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("tell the keys that were refused most, with API keys shortened")
  void top() throws IOException {
    try (TestServer server = start()) {
      for (int i = 0; i < 5; i++) {
        server.check("{\"user_id\": \"42\", \"endpoint\": \"/api/orders\"}");
      }
      for (int i = 0; i < 3; i++) {
        server.check("{\"api_key\": \"se|cret\\\\-1\", \"endpoint\": \"/keys\"}");
      }
      for (String window : new String[] {"minute", "hour"}) {
        Answer top = server.admin("GET", "/v1/admin/top?window=" + window, "");
        assertThat(top.text("/window")).isEqualTo(window);
        assertThat(top.text("/keys"))
            .isEqualTo(
                "[{\"rule\":\"api\",\"key\":\"user:42\",\"refusals\":3,\"error\":0},"
                    + "{\"rule\":\"keys\",\"key\":\"api-key:se\\\\|...|method:GET\","
                    + "\"refusals\":2,\"error\":0}]");
      }
      Answer one = server.admin("GET", "/v1/admin/top?limit=1", "");
      assertThat(one.json().at("/keys").size()).isEqualTo(1);
      assertThat(server.admin("GET", "/v1/admin/top?window=day", "").text("/detail"))
          .isEqualTo("window: found 'day', expected minute or hour");
      assertThat(server.admin("GET", "/v1/admin/top?limit=101", "").status()).isEqualTo(400);
    }
  }
}
