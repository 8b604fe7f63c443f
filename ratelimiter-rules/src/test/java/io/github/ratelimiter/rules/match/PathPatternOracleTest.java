package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPatternParser;

@DisplayName("A random pattern")
class PathPatternOracleTest {
  private static final int PATTERNS = 500;
  private static final int PATHS = 40;

  private Random random;

  @ParameterizedTest(name = "seed {0}")
  @DisplayName("matches what a regular expression matches")
  @ValueSource(longs = {1, 2, 3})
  void regularExpression(long seed) {
    random = new Random(seed);
    int matches = 0;
    for (int i = 0; i < PATTERNS; i++) {
      String text = "/" + String.join("/", segments(6));
      PathPattern pattern = PathPattern.parse(text);
      Pattern expected = Pattern.compile(expression(text));
      for (int j = 0; j < PATHS; j++) {
        String path = path(0, 7);
        boolean matched = pattern.matches(NormalPath.of(path));
        matches += matched ? 1 : 0;

        assertThat(matched)
            .as("%s and %s", pattern, path)
            .isEqualTo(expected.matcher(path.equals("/") ? "" : path).matches());
      }
    }
    assertThat(matches).isGreaterThan(PATTERNS);
  }

  private static String expression(String pattern) {
    return Pattern.compile("/")
        .splitAsStream(pattern.substring(1))
        .filter(segment -> !segment.isEmpty())
        .map(
            segment ->
                switch (segment.charAt(0)) {
                  case '{' -> "/[^/]+";
                  case '*' -> segment.length() == 1 ? "/[^/]+" : "(/[^/]+)*";
                  default -> "/" + Pattern.quote(segment);
                })
        .collect(Collectors.joining());
  }

  @ParameterizedTest(name = "seed {0}")
  @DisplayName(
      "matches what Spring's pattern matches, which has '**' at one end only; the root is left out, as Spring's '*' matches it")
  @ValueSource(longs = {4, 5, 6})
  void spring(long seed) {
    random = new Random(seed);
    int matches = 0;
    for (int i = 0; i < PATTERNS; i++) {
      String text = springPattern();
      PathPattern pattern = PathPattern.parse(text);
      var expected = PathPatternParser.defaultInstance.parse(text);
      for (int j = 0; j < PATHS; j++) {
        String path = path(1, 6);
        boolean matched = pattern.matches(NormalPath.of(path));
        matches += matched ? 1 : 0;

        assertThat(matched)
            .as("%s and %s", pattern, path)
            .isEqualTo(expected.matches(PathContainer.parsePath(path)));
      }
    }
    assertThat(matches).isGreaterThan(PATTERNS);
  }

  private String springPattern() {
    List<String> segments = new ArrayList<>(segments(5));
    segments.removeIf("**"::equals);
    switch (random.nextInt(3)) {
      case 0 -> segments.add("**");
      case 1 -> segments.add(0, "**");
      default -> {}
    }
    return "/" + String.join("/", segments);
  }

  private List<String> segments(int most) {
    List<String> segments = new ArrayList<>();
    for (int i = random.nextInt(most); i > 0; i--) {
      String segment = pick(List.of("a", "b", "*", "{v%d}".formatted(i), "**"));
      if (!segment.equals("**")
          || segments.isEmpty()
          || !segments.get(segments.size() - 1).equals("**")) {
        segments.add(segment);
      }
    }
    return segments;
  }

  private String path(int least, int most) {
    return "/"
        + IntStream.range(0, least + random.nextInt(most - least))
            .mapToObj(i -> pick(List.of("a", "b", "c")))
            .collect(Collectors.joining("/"));
  }

  private String pick(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
