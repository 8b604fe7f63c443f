package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check of rule files prints, and its exit status. */
class RulesCheckTest {
  @TempDir Path directory;

  private String good;
  private String odd;
  private String wrong;

  @BeforeEach
  void writeFiles() {
    RuleFiles files = new RuleFiles(directory);
    good =
        files.write(
            "good.yaml",
            "rules: [{ id: a, key: ip, limits: 5/min }]\ndefault: { key: ip, limits: 9/s }\n");
    odd =
        files.write(
            "odd.json",
            "{\"rules\": [{\"id\": \"a\", \"key\": \"ip\", \"limits\": \"10/s; 1000/s\"}]}");
    wrong =
        files.write(
            "wrong.yaml",
            """
            rules:
              - id: a
                key: adress
                limits: 5/m
            """);
  }

  @Test
  void fileWithoutMistakesAndFindingsHasStatus0() {
    Outcome outcome = Cli.run("rules", "check", good);
    assertThat(outcome).isEqualTo(new Outcome(0, good + ": 2 rules, no mistake, no finding\n", ""));
  }

  @Test
  void allMistakesArePrintedWithLineAndColumn() {
    Outcome outcome = Cli.run("rules", "check", wrong);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out().lines())
        .containsExactly(
            wrong
                + ":3:10: found 'adress', expected one of client, user, api-key, ip, tier, endpoint,"
                + " method, header, query, attribute, global",
            wrong + ":4:15: found 'm', expected a unit (ms, s, min, h or day); a minute is min",
            wrong + ": 2 mistakes");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void findingHasARuleASentenceAndALink() {
    Outcome outcome = Cli.run("rules", "check", odd);
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out().lines())
        .containsExactly(
            odd + ": rule 'a': its limit 1000/s never refuses: 10/s refuses before it",
            "    never-binds:"
                + " https://github.com/ratelimiter/ratelimiter/blob/main/docs/rules.md#never-binds",
            odd + ": 1 rule, no mistake, 1 finding");
  }

  @Test
  void strictFailsForFindingsAndLessThanForMistakes() {
    assertThat(Cli.run("rules", "check", "--strict", good).exit()).isZero();
    assertThat(Cli.run("rules", "check", "--strict", good, odd).exit()).isEqualTo(1);
    assertThat(Cli.run("rules", "check", "--strict", odd, wrong).exit()).isEqualTo(2);
  }

  @Test
  void allFilesAreReadAlsoAfterOneThatCannotBe() {
    String missing = directory.resolve("missing.yaml").toString();
    Outcome outcome = Cli.run("rules", "check", missing, good);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out().lines())
        .containsExactly(
            missing + ": there is no such file",
            missing + ": 1 mistake",
            good + ": 2 rules, no mistake, no finding");
  }

  @Test
  void jsonHasAnObjectForEachFile() {
    Outcome outcome = Cli.run("rules", "check", good, odd, wrong, "--format", "json");
    assertThat(outcome.exit()).isEqualTo(2);
    JsonArray files =
        JsonParser.parseString(outcome.out()).getAsJsonObject().getAsJsonArray("files");
    assertThat(files).hasSize(3);
    assertThat(files.get(0).getAsJsonObject().get("rules").getAsInt()).isEqualTo(2);
    JsonObject finding =
        files.get(1).getAsJsonObject().getAsJsonArray("findings").get(0).getAsJsonObject();
    assertThat(finding.keySet()).containsExactly("check", "rule", "sentence", "link");
    assertThat(finding.get("check").getAsString()).isEqualTo("never-binds");
    JsonArray mistakes = files.get(2).getAsJsonObject().getAsJsonArray("mistakes");
    assertThat(mistakes).hasSize(2);
    JsonObject mistake = mistakes.get(1).getAsJsonObject();
    assertThat(mistake.get("line").getAsInt()).isEqualTo(4);
    assertThat(mistake.get("column").getAsInt()).isEqualTo(15);
    assertThat(mistake.get("problem").getAsString()).startsWith("found 'm', expected a unit");
  }

  @Test
  void charactersThatChangeTheTerminalAreEscaped() {
    String file =
        new RuleFiles(directory)
            .write("hostile.yaml", "rules: [{ id: a, key: \"x\\e[2J\", limits: 5/min }]");
    assertThat(Cli.run("rules", "check", file).out()).doesNotContain("\u001b");
  }

  @Test
  void helpIsInShortLines() {
    for (String command : new String[] {"check", "preview"}) {
      Outcome outcome = Cli.run("rules", command, "--help");
      assertThat(outcome.exit()).isZero();
      assertThat(outcome.out().lines()).hasSizeGreaterThan(10).allMatch(l -> l.length() <= 92);
    }
    assertThat(Cli.run("rules").out())
        .contains("check", "preview")
        .isEqualTo(Cli.run("rules", "-h").out());
    assertThat(Cli.run("rules", "check", "--version").out()).startsWith("ratelimiter ");
  }

  @Test
  void unknownCommandNamesThoseThatThereAre() {
    Outcome outcome = Cli.run("rules", "chek");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("'chek'").contains("commands: check, preview");
    assertThat(Cli.run("rules", "check").err()).contains("FILE");
  }
}
