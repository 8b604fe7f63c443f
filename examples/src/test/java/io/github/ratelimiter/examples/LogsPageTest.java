package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the page about the logs to the code: its loggers, its messages and its fields. */
class LogsPageTest {
  private static final List<String> MODULES =
      List.of(
          "ratelimiter-core",
          "ratelimiter-local",
          "ratelimiter-cache",
          "ratelimiter-fallback",
          "ratelimiter-redis",
          "ratelimiter-micrometer",
          "ratelimiter-opentelemetry",
          "ratelimiter-http",
          "ratelimiter-servlet",
          "ratelimiter-spring-boot-starter",
          "ratelimiter-rules",
          "ratelimiter-rules-postgresql");

  private static final Pattern LOGGER =
      Pattern.compile("LoggerFactory\\s*\\.getLogger\\(\\s*(?:(\\w+)\\.class|\"([^\"]+)\")");
  private static final String LITERAL = "\"(?:[^\"\\\\]|\\\\.)*\"";
  private static final Pattern MESSAGE =
      Pattern.compile(
          "\\.(?:log|error|warn|info|debug)\\(\\s*("
              + LITERAL
              + "(?:\\s*\\+\\s*"
              + LITERAL
              + ")*)");
  private static final Pattern FIELD = Pattern.compile("addKeyValue\\(\\s*\"(\\w+)\"");

  private static final Pages.Page PAGE = Pages.at("docs/operations/logs.md");

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Pages.root().resolve(module + "/src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(Pages::text)
            .forEach(sources::add);
      }
    }
    return sources;
  }

  private static Stream<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static String nameOf(MatchResult logger, String source) {
    if (logger.group(2) != null) {
      return logger.group(2);
    }
    String type = logger.group(1);
    Matcher imported = Pattern.compile("import ([\\w.]+\\." + type + ");").matcher(source);
    Matcher own = Pattern.compile("package ([\\w.]+);").matcher(source);
    return imported.find()
        ? imported.group(1)
        : own.results().findFirst().orElseThrow().group(1) + "." + type;
  }

  /** The rows of the tables below a heading, until the next heading, each as its cells. */
  private static List<String[]> rows(String heading) {
    List<String[]> rows = new ArrayList<>();
    boolean below = false;
    for (String line : PAGE.lines()) {
      if (line.startsWith("#")) {
        below = line.equals(heading);
      } else if (below
          && line.startsWith("| ")
          && !line.startsWith("| logger ")
          && !line.startsWith("| field ")) {
        rows.add(line.substring(1).split("\\|"));
      }
    }
    return rows;
  }

  private static Stream<String> code(String cell) {
    return matches(Pattern.compile("`([^`]+)`"), cell).map(match -> match.group(1));
  }

  @Test
  @DisplayName("the loggers of the page are those of the code")
  void loggers() throws IOException {
    Set<String> used = new TreeSet<>();
    for (String source : sources()) {
      matches(LOGGER, source).forEach(logger -> used.add(nameOf(logger, source)));
    }
    Set<String> documented = new TreeSet<>();
    rows("## Loggers").forEach(row -> code(row[0]).forEach(documented::add));
    assertThat(documented).isEqualTo(used).hasSizeGreaterThan(5);
    String headings =
        String.join("\n", PAGE.lines().stream().filter(line -> line.startsWith("### `")).toList());
    assertThat(code(headings)).containsExactlyInAnyOrderElementsOf(used);
  }

  @Test
  @DisplayName("every message of the code is on the page")
  void messages() throws IOException {
    String page = String.join("\n", PAGE.lines());
    List<String> messages = new ArrayList<>();
    for (String source : sources()) {
      matches(MESSAGE, source)
          .map(match -> match.group(1).replaceAll("\"\\s*\\+\\s*\"", ""))
          .map(literal -> literal.substring(1, literal.length() - 1))
          .forEach(messages::add);
    }
    assertThat(messages).hasSizeGreaterThan(20);
    assertThat(messages).allSatisfy(message -> assertThat(page).contains("`" + message + "`"));
  }

  @Test
  @DisplayName("the fields of the page are those of the code")
  void fields() throws IOException {
    Set<String> used = new TreeSet<>(List.of("not_logged"));
    for (String source : sources()) {
      matches(FIELD, source).forEach(field -> used.add(field.group(1)));
    }
    Set<String> documented = new TreeSet<>();
    rows("### Fields").forEach(row -> code(row[0]).forEach(documented::add));
    assertThat(documented).isEqualTo(used);
  }

  @Test
  @DisplayName("the fields of a line of the decision log are those of the code")
  void fieldsOfALine() {
    String source =
        Pages.text(
            Pages.root()
                .resolve(
                    "ratelimiter-core/src/main/java/io/github/ratelimiter/observe/DecisionLog.java"));
    Set<String> used = new TreeSet<>();
    matches(Pattern.compile("line\\.(?:field|millis)\\(\"(\\w+)\""), source)
        .forEach(field -> used.add(field.group(1)));
    matches(Pattern.compile("millis\\(\"(\\w+)\""), source)
        .forEach(field -> used.add(field.group(1)));
    Set<String> documented = new TreeSet<>();
    rows("## The decision log").forEach(row -> code(row[0]).forEach(documented::add));
    assertThat(documented).isEqualTo(used).hasSizeGreaterThan(10);
  }
}
