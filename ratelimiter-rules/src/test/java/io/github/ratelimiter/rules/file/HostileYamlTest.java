package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A hostile file")
class HostileYamlTest {
  private static String mistake(String text) {
    return catchThrowableOfType(RuleFileException.class, () -> RuleText.parse(text))
        .mistakes()
        .get(0)
        .toString();
  }

  @Test
  @DisplayName("does not become large by aliases of aliases")
  void billionLaughs() {
    String laughs =
        IntStream.range(1, 20)
            .mapToObj(i -> "l%d: &l%d [%s]".formatted(i, i, "*l%d,".formatted(i - 1).repeat(9)))
            .collect(Collectors.joining("\n", "l0: &l0 [lol]\n", "\n"));
    assertThat(mistake(laughs))
        .isEqualTo("line 1, column 1: the file has more than 1000000 values, aliases included");
  }

  @Test
  @DisplayName("has no alias inside the value that it repeats")
  void endless() {
    assertThat(mistake("rules: [&a { match: { not: *a } }]"))
        .isEqualTo("line 1, column 9: an alias is inside the value that it repeats");
    assertThat(mistake("&a { rules: *a }"))
        .isEqualTo("line 1, column 1: an alias is inside the value that it repeats");
  }

  @Test
  @DisplayName("is not nested deeply, in any style")
  void deep() {
    String problem = "lists and mappings are nested more than 50 deep";
    assertThat(mistake("[".repeat(100_000))).isEqualTo("line 1, column 51: " + problem);
    assertThat(mistake("{a: ".repeat(100_000))).endsWith(problem);
    assertThat(mistake("- ".repeat(10_000))).endsWith(problem);
  }

  @Test
  @DisplayName("is not longer than 8 Mi characters")
  void tooLong() {
    assertThat(mistake("# " + "x".repeat(8 << 20)))
        .isEqualTo("file: the text has more than 8388608 characters");
  }

  @Test
  @Timeout(60) // Quadratic time would be minutes.
  @DisplayName("does not cost more if it has long lines")
  void longLines() {
    assertThat(mistake("# " + "x".repeat((8 << 20) - 2))).contains("the file is empty");
    assertThat(mistake("x".repeat(8 << 20))).contains("expected a mapping with the name 'rules'");
  }

  @Test
  @DisplayName("has no key that is a list, no second document, and no undefined alias")
  void odd() {
    assertThat(mistake("? [a]\n: 3")).contains("this is not YAML");
    assertThat(mistake("rules: []\n---\nrules: []"))
        .startsWith("line 2, column 1: this is not YAML: but found another document");
    assertThat(mistake("rules: *x"))
        .isEqualTo("line 1, column 8: this is not YAML: found undefined alias x");
    assertThat(mistake("rules:\n\t- a")).startsWith("line 2, column 1: this is not YAML: found");
    assertThat(mistake("rules: \u0000")).contains("this is not YAML");
  }

  @Test
  @DisplayName("does not merge mappings")
  void merge() {
    assertThat(
            mistake(
                "rules: [&a { id: a, key: ip, limits: 5/min }, { <<: *a, id: b, limits: 5/s }]"))
        .isEqualTo("line 1, column 49: found '<<'; mappings are not merged, repeat the values");
  }
}
