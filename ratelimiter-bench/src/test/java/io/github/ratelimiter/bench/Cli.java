package io.github.ratelimiter.bench;

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
    Io io =
        new Io(InputStream.nullInputStream(), new PrintWriter(out), new PrintWriter(err), false);
    int exit = Main.commandLine(io).execute(args);
    return new Outcome(exit, out.toString(), err.toString());
  }
}
