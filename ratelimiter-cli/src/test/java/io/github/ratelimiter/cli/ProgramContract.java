package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.Cli.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every runnable jar prints for help, for its version, and for unknown arguments. */
public abstract class ProgramContract {
  private final Cli cli;
  private final String name;
  private final String[] commands;

  protected ProgramContract(Cli cli, String name, String... commands) {
    this.cli = cli;
    this.name = name;
    this.commands = commands;
  }

  @Test
  void printsHelpWithoutArguments() {
    Outcome outcome = cli.execute();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).contains(commands).contains("java -jar " + name + ".jar");
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void printsHelpWithHelpOption(String option) {
    assertThat(cli.execute(option)).isEqualTo(cli.execute());
  }

  @Test
  void printsItsVersion() {
    assertThat(cli.execute("--version").out()).startsWith(name + " ");
    assertThat(cli.execute(commands[0], "--version")).isEqualTo(cli.execute("--version"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bogus", "--bogus"})
  void unknownArgumentPrintsOneLineAndExitsWith2(String argument) {
    Outcome outcome = cli.execute(argument);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(argument);
  }
}
