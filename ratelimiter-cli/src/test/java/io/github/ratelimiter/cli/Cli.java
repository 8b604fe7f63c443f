package io.github.ratelimiter.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import picocli.CommandLine;

/** Runs a command line and captures its output. */
public record Cli(
    Function<Io, CommandLine> commandLine, InputStream in, boolean inIsTerminal, boolean unicode) {
  /** The output and the exit status of a command. */
  public record Outcome(int exit, String out, String err) {}

  /** Returns the command line of a program, without input. */
  public static Cli of(Function<Io, CommandLine> commandLine) {
    return new Cli(commandLine, InputStream.nullInputStream(), false, true);
  }

  Cli(InputStream in, boolean inIsTerminal, boolean unicode) {
    this(Main::commandLine, in, inIsTerminal, unicode);
  }

  static Cli reading(String input) {
    return reading(input.getBytes(StandardCharsets.ISO_8859_1));
  }

  static Cli reading(byte[] input) {
    return new Cli(new ByteArrayInputStream(input), false, true);
  }

  static Outcome run(String... args) {
    return of(Main::commandLine).execute(args);
  }

  public Outcome execute(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Io io = new Io(in, new PrintWriter(out), new PrintWriter(err), inIsTerminal, false, unicode);
    int exit = commandLine.apply(io).execute(args);
    return new Outcome(exit, out.toString(), err.toString());
  }
}
