package io.github.ratelimiter.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** Runs a command line on captured streams. */
record Cli(InputStream in, boolean inIsTerminal, boolean unicode) {
  /** What a command printed, and how it exited. */
  record Outcome(int exit, String out, String err) {}

  static Cli withoutInput() {
    return new Cli(InputStream.nullInputStream(), false, true);
  }

  static Cli reading(String input) {
    return reading(input.getBytes(StandardCharsets.ISO_8859_1));
  }

  static Cli reading(byte[] input) {
    return new Cli(new ByteArrayInputStream(input), false, true);
  }

  static Outcome run(String... args) {
    return withoutInput().execute(args);
  }

  Outcome execute(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Io io = new Io(in, new PrintWriter(out), new PrintWriter(err), inIsTerminal, false, unicode);
    int exit = Main.commandLine(io).execute(args);
    return new Outcome(exit, out.toString(), err.toString());
  }
}
