package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.bench.Cli.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @Test
  void withoutArgumentsItHelps() {
    Outcome outcome = Cli.run();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).contains("redis", "load", "jmh");
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helps(String option) {
    assertThat(Cli.run(option)).isEqualTo(Cli.run());
  }

  @Test
  void tellsItsVersion() {
    assertThat(Cli.run("--version").out()).startsWith("bench ");
    assertThat(Cli.run("load", "--version").out()).isEqualTo(Cli.run("--version").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bogus", "--bogus"})
  void whatItDoesNotKnowIsOneLineAndExit2(String argument) {
    Outcome outcome = Cli.run(argument);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(argument);
  }

  @Test
  void everyArgumentAfterJmhIsForJmh() {
    StringWriter written = new StringWriter();
    PrintWriter writer = new PrintWriter(written);
    CommandLine.ParseResult parsed =
        Main.commandLine(Cli.io(writer, writer))
            .parseArgs("jmh", "-h", "-wi", "5", "--version", "@x", "Local.*");
    JmhCommand command = (JmhCommand) parsed.subcommand().commandSpec().userObject();
    assertThat(command.arguments()).containsExactly("-h", "-wi", "5", "--version", "@x", "Local.*");
  }
}
