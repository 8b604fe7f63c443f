package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.LOG;
import static io.github.ratelimiter.cli.ReplayLog.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.Cli.Outcome;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a replay prints on standard error: errors, warnings and malformed lines. */
class ReplayMessagesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "replay -p 3/foo -;found 'foo', expected a unit",
        "replay -p 3/s -k ip+foo -;found 'foo', expected ip, path, agent or user",
        "replay -p 3/s -k ip+ip -;'ip' is given twice",
        "replay -p 3/s -k ip+ -;found '', expected ip, path, agent or user",
        "replay -p 3/s no-such-file;there is no file no-such-file",
        "replay -p 3/s .;is a directory",
        "replay -;no policy",
        "replay -p 3/s --format xml;found 'xml', expected table or json",
        "replay -p 3/s --top -1 -;--top is -1",
        "replay -p 3/s --top x -;'x' is not an int",
        "replay -p 3/s --max-keys 0 -;--max-keys is 0",
        "replay -p 3/s --plot no-such-directory/x.png -;there is no such directory",
        "replay -p 3/s --plot . -;it is a directory",
        "replay --sample x.log;--sample cannot be combined with a file",
        "replay --bogus;--bogus"
      })
  void invalidArgumentPrintsOneLineAndExitsWith2(String command, String message) {
    Outcome outcome = Cli.run(command.split(" "));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("ratelimiter: ").contains(message);
  }

  @Test
  void doesNotReadFromATerminalUnlessAsked() {
    Cli terminal = new Cli(InputStream.nullInputStream(), true, true);
    Outcome outcome = terminal.execute("replay", "-p", "3/s");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("name a file, pipe one to standard input, or try --sample");
    assertThat(terminal.execute("replay", "-p", "3/s", "-").err()).contains("is empty");
  }

  @Test
  void printsTheFirstMalformedLinesAndCountsTheRest() {
    String longLine = "\u001b[31m" + "x".repeat(500) + "\n";
    Outcome outcome = Cli.reading(longLine + "x\n".repeat(9)).execute("replay", "-p", "1/s");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(7);
    assertThat(outcome.err())
        .startsWith(
            "skipped line 1 because it has no time such as [17/May/2015:10:05:03 +0000]: "
                + "\\x1b[31mx")
        .contains("...", "skipped 5 more lines with this problem: it has no time")
        .doesNotContain("\u001b");
    assertThat(outcome.err().lines()).allMatch(line -> line.length() < 240);
  }

  @Test
  void warnsIfAllRequestsHaveTheSameKey() {
    String log = line("192.0.2.1", "10:00:00", "/a").repeat(20);
    Outcome outcome = Cli.reading(log).execute("replay", "-p", "2/h");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.err()).startsWith("warning: all 20 requests have the same ip, 192.0.2.1: ");
  }

  @Test
  void warnsIfNearlyEveryRequestHasItsOwnKey() {
    StringBuilder log = new StringBuilder(line("192.0.2.1", "10:00:00", "/a"));
    for (int i = 1; i < 40; i++) {
      log.append(line("192.0.2." + i, "10:00:00", "/a"));
    }
    Outcome outcome = Cli.reading(log.toString()).execute("replay", "-p", "2/h");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.err())
        .startsWith("warning: 39 keys by ip in 40 requests: nearly every request has its own key");
  }

  @Test
  void doesNotWarnAboutOtherLogs() {
    assertThat(Cli.run("replay", "--sample").err()).doesNotContain("warning");
    assertThat(Cli.reading(LOG).execute("replay", "-p", "2/h", "-k", "user").err())
        .doesNotContain("warning");
  }
}
