package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Without a database, an administrator")
class AdminWithoutDatabaseTest {
  private static final String RULE = "{\"id\": \"api\", \"limits\": \"10/h\"}";

  @TempDir private Path directory;

  @Test
  @DisplayName("reads the rules of the file, and is told what changes need")
  void file() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("rules.yaml"), "rules: [{ id: api, key: user, limits: 5/h }]");
    try (TestServer server = TestServer.start("--rules", file.toString())) {
      assertThat(server.admin("GET", "/v1/admin/rules", "").text("/total")).isEqualTo("2");
      Answer rule = server.admin("GET", "/v1/admin/rules/api", "");
      assertThat(rule.text("/limits")).isEqualTo("5/h");
      assertThat(server.admin("GET", "/v1/admin/rules/default", "").text("/is_default"))
          .isEqualTo("true");
      assertThat(server.admin("GET", "/v1/admin/versions", "").status()).isEqualTo(200);
      assertThat(server.admin("GET", "/v1/admin/tiers", "").status()).isEqualTo(200);
      assertThat(server.admin("GET", "/v1/admin/lists", "").status()).isEqualTo(200);
      Answer created = server.admin("POST", "/v1/admin/rules", RULE);
      assertThat(created.status()).isEqualTo(501);
      assertThat(created.text("/detail")).contains("start the service with --postgres");
      assertThat(
              server
                  .admin("PUT", "/v1/admin/rules/api", RULE, "If-Match", rule.header("ETag"))
                  .status())
          .isEqualTo(501);
      assertThat(server.admin("GET", "/v1/admin/audit", "").status()).isEqualTo(501);
      Answer shadow = server.admin("POST", "/v1/admin/shadow", "{\"shadowed\": true}");
      assertThat(shadow.text("/scope")).isEqualTo("instance");
    }
  }
}
