package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ratelimiter.rules.file.RulesPage.Row;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The page about rule files")
class MistakesPageTest {
  static List<Row> mistakesInRules() {
    return RulesPage.mistakesInRules();
  }

  static List<Row> mistakesInFiles() {
    return RulesPage.mistakesInFiles();
  }

  @ParameterizedTest
  @MethodSource
  @DisplayName("tells the message of a mistake in a rule")
  void mistakesInRules(Row row) {
    assertThat(problems(row.inRule())).containsExactly(row.message());
  }

  @ParameterizedTest
  @MethodSource
  @DisplayName("tells the message of a mistake in a file")
  void mistakesInFiles(Row row) {
    assertThat(problems(row.inFile())).containsExactly(row.message());
  }

  @Test
  @DisplayName("has tables and an example, and the example is right")
  void hasTables() {
    assertThat(RulesPage.mistakesInRules()).hasSizeGreaterThan(25);
    assertThat(RulesPage.mistakesInFiles()).hasSizeGreaterThan(20);
    assertThat(RulesPage.examples()).isNotEmpty();
    RulesPage.examples().forEach(RuleText::parse);
  }

  private static List<String> problems(String text) {
    RuleFileException e = catchThrowableOfType(RuleFileException.class, () -> RuleText.parse(text));
    assertThat(e).as(text).isNotNull();
    return e.mistakes().stream().map(Mistake::problem).toList();
  }
}
