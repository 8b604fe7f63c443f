package io.github.ratelimiter.bench;

import io.github.ratelimiter.cli.Io;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs a command line on captured streams. */
final class Cli {
  private Cli() {}

  /** What a command printed, and how it exited. */
  record Outcome(int exit, String out, String err) {}

  static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Io io = io(new PrintWriter(out), new PrintWriter(err));
    int exit = Main.commandLine(io).execute(args);
    return new Outcome(exit, out.toString(), err.toString());
  }

  /** Streams without input that nobody watches. */
  static Io io(PrintWriter out, PrintWriter err) {
    return new Io(InputStream.nullInputStream(), out, err, false, false, true);
  }
}
