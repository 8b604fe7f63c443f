package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.Cli.Outcome;
import org.junit.jupiter.api.Test;

class MainTest extends ProgramContract {
  MainTest() {
    super(Cli.of(Main::commandLine), "ratelimiter", "replay", "rules");
  }

  @Test
  void replayHelpListsOptionsAndExamplesInShortLines() {
    Outcome outcome = Cli.run("replay", "--help");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("--policy", "--key", "--top", "--format", "--plot", "--sample", "--max-keys")
        .contains("leaky-bucket 10/s burst 5", "zcat");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 92);
  }
}
