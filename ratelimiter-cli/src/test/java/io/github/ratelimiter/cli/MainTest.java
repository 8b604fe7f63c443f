package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.Cli.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @Test
  void withoutArgumentsItHelps() {
    Outcome outcome = Cli.run();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).contains("replay", "replay --sample");
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helps(String option) {
    assertThat(Cli.run(option)).isEqualTo(Cli.run());
  }

  @Test
  void helpOnReplayTellsPoliciesAndExamplesInNarrowLines() {
    Outcome outcome = Cli.run("replay", "--help");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("--policy", "--key", "--top", "--format", "--plot", "--sample", "--max-keys")
        .contains("leaky-bucket 10/s burst 5", "zcat");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 92);
  }

  @Test
  void tellsItsVersion() {
    assertThat(Cli.run("--version").out()).startsWith("ratelimiter ");
    assertThat(Cli.run("replay", "--version").out()).isEqualTo(Cli.run("--version").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bogus", "--bogus"})
  void whatItDoesNotKnowIsOneLineAndExit2(String argument) {
    Outcome outcome = Cli.run(argument);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(argument);
  }
}
