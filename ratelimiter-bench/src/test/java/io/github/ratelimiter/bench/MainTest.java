package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.ProgramContract;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest extends ProgramContract {
  MainTest() {
    super(
        Cli.of(Main::commandLine),
        "bench",
        "load",
        "fleet",
        "redis",
        "algorithms",
        "tracing",
        "jmh");
  }

  @Test
  void argumentsAfterJmhArePassedToJmh() {
    PrintWriter discarded = new PrintWriter(Writer.nullWriter());
    Io io = new Io(InputStream.nullInputStream(), discarded, discarded, false, false, true);
    CommandLine.ParseResult parsed =
        Main.commandLine(io).parseArgs("jmh", "-h", "-wi", "5", "--version", "@x", "Local.*");
    JmhCommand command = (JmhCommand) parsed.subcommand().commandSpec().userObject();
    assertThat(command.arguments()).containsExactly("-h", "-wi", "5", "--version", "@x", "Local.*");
  }
}
