package io.github.ratelimiter.bench;

import java.io.InputStream;
import java.io.PrintWriter;
import picocli.CommandLine;

/**
 * What a command reads and where it writes.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param errIsTerminal whether to show progress
 */
public record Io(InputStream in, PrintWriter out, PrintWriter err, boolean errIsTerminal) {
  /**
   * Those of this process.
   *
   * @return the streams
   */
  public static Io ofProcess() {
    return new Io(
        System.in,
        new PrintWriter(System.out),
        new PrintWriter(System.err),
        CommandLine.Help.Ansi.AUTO.enabled());
  }
}
