package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The options of the service")
class OptionsTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Map<String, String> environment, String... args) {
    return Main.run(
        args, environment, Main.commandLine(new PrintWriter(out), new PrintWriter(err)));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  @DisplayName("--check-config says that all is well, and starts nothing")
  void valid() throws IOException {
    Path rules = file("rules.yaml", "rules: [{ id: api, key: ip, limits: 5/min }]");
    assertThat(run(Map.of(), "--check-config", "--rules", rules.toString())).isZero();
    assertThat(out.toString()).isEqualTo("The options are valid; 1 rule and the default.\n");
  }

  @Test
  @DisplayName("--check-config reports all mistakes of the rules")
  void mistakesOfRules() throws IOException {
    Path rules = file("rules.yaml", "rules: [{ id: api, key: ipp, limits: 5/m }]");
    assertThat(run(Map.of(), "--check-config", "--rules", rules.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("expected 'ip'").contains("a minute is min");
  }

  @Test
  @DisplayName("the command line comes before the environment, and that before the file")
  void precedence() throws IOException {
    Path config = file("server.yaml", "default-limits: from file\nheaders: legacy\n");
    String[] args = {"--check-config", "--config", config.toString()};
    assertThat(run(Map.of(), args)).isEqualTo(2);
    assertThat(err.toString()).contains("--default-limits: ", "found 'from'");
    assertThat(run(Map.of("RATELIMITER_DEFAULT_LIMITS", "5/min"), args)).isZero();
    String[] more = {
      "--check-config", "--config=" + config, "--default-limits", "from command line"
    };
    assertThat(run(Map.of("RATELIMITER_DEFAULT_LIMITS", "5/min"), more)).isEqualTo(2);
  }

  @Test
  @DisplayName("the environment can name the file of options")
  void fileOfTheEnvironment() throws IOException {
    Path config = file("server.yaml", "port: 70000\n");
    assertThat(run(Map.of("RATELIMITER_CONFIG", config.toString()), "--check-config")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("ratelimiter-server: --port: found 70000, expected 0 to 65535\n");
  }

  @Test
  @DisplayName("an unknown option in the file is a mistake that lists the known ones")
  void unknownOption() throws IOException {
    Path config = file("server.yaml", "prot: 80\n");
    assertThat(run(Map.of(), "--config", config.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("unknown option 'prot'; expected one of")
        .contains("default-limits")
        .doesNotContain(" config,");
  }

  @Test
  @DisplayName("a file that is missing, or has no options, is a mistake")
  void noFile() throws IOException {
    assertThat(run(Map.of(), "--config", directory.resolve("none").toString())).isEqualTo(2);
    assertThat(run(Map.of(), "--config", file("text", "port").toString())).isEqualTo(2);
    assertThat(run(Map.of(), "--config", file("list", "port: [1]").toString())).isEqualTo(2);
    assertThat(run(Map.of(), "--config", file("yaml", "port: [").toString())).isEqualTo(2);
    Path secret = file("secret", "postgres-password: [hunter2]");
    assertThat(run(Map.of(), "--config", secret.toString())).isEqualTo(2);
    assertThat(err.toString())
        .doesNotContain("hunter2")
        .contains("cannot be read")
        .contains("expected options such as 'port: 8080'")
        .contains("'port' is a list; expected a text")
        .contains("is not YAML");
  }

  @Test
  @DisplayName("a value that does not fit is a mistake")
  void wrongValue() {
    assertThat(run(Map.of(), "--port", "http")).isEqualTo(2);
    assertThat(run(Map.of(), "--headers", "none")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'http' is not an int")
        .contains("expected one of [DRAFT, LEGACY, GITHUB, ENVOY, OFF]");
  }

  @Test
  @DisplayName("new-token prints a token and its setting, which works")
  void newToken() {
    assertThat(run(Map.of(), "new-token", "alice", "read")).isZero();
    Matcher printed =
        Pattern.compile("(rls_\\S{43})\n.*\n  (alice:read:[0-9a-f]{64})\n").matcher(out.toString());
    assertThat(printed.find()).isTrue();
    Map<String, String> environment = Map.of("RATELIMITER_ADMIN_TOKENS", printed.group(2));
    assertThat(run(environment, "--check-config")).isZero();
    assertThat(run(Map.of(), "new-token", "a b")).isEqualTo(2);
    assertThat(run(Map.of(), "new-token", "bob", "admin")).isEqualTo(2);
    assertThat(err.toString()).contains("the name of a token has", "'read' or 'write'");
  }

  @Test
  @DisplayName("a mistake in tokens is reported without the token")
  void wrongTokens() throws IOException {
    String hash = "0".repeat(64);
    Path file = file("tokens", "# old\na:read:" + hash + "\n\n b:write:hunter2\n");
    assertThat(run(Map.of(), "--check-config", "--admin-tokens-file", file.toString()))
        .isEqualTo(2);
    assertThat(run(Map.of(), "--check-config", "--admin-tokens", "hunter2")).isEqualTo(2);
    assertThat(run(Map.of(), "--check-config", "--admin-tokens", "a:hunter2:" + hash)).isEqualTo(2);
    String twice = "a:read:%s, b:write:%s".formatted(hash, hash);
    assertThat(run(Map.of(), "--check-config", "--admin-tokens", twice)).isEqualTo(2);
    assertThat(run(Map.of(), "--check-config", "--trusted-proxies", "10.0.0.0/99")).isEqualTo(2);
    assertThat(err.toString())
        .contains("token 2: expected the SHA-256 hash", "token 1: expected NAME:SCOPE:HASH")
        .contains("the scope must be", "the same token is there twice", "--trusted-proxies: ")
        .doesNotContain("hunter2", hash);
  }

  @Test
  @DisplayName("--help names every option and what it defaults to")
  void help() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("--default-limits", "Default: 1000/h")
        .contains("RATELIMITER_DEFAULT_LIMITS");
  }
}
