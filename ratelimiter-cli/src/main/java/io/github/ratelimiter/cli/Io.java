package io.github.ratelimiter.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * The streams of a command.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param inIsTerminal whether standard input is a terminal
 * @param errIsTerminal whether standard error is a terminal
 * @param unicode whether standard output can show more than ASCII
 */
public record Io(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean inIsTerminal,
    boolean errIsTerminal,
    boolean unicode) {

  /**
   * Returns the streams of this process.
   *
   * @return the streams
   */
  public static Io ofProcess() {
    Charset charset = charset();
    return new Io(
        System.in,
        writer(FileDescriptor.out, charset),
        writer(FileDescriptor.err, charset),
        isTerminal(0),
        isTerminal(2),
        charset.newEncoder().canEncode("\u2581\u2588\u2026"));
  }

  private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
    FileOutputStream bytes = new FileOutputStream(descriptor);
    return new PrintWriter(new OutputStreamWriter(bytes, charset), false);
  }

  /** Returns the charset of the terminal. The JDK version decides which property holds it. */
  private static Charset charset() {
    for (String name : new String[] {"stdout.encoding", "sun.stdout.encoding", "native.encoding"}) {
      String value = System.getProperty(name, "");
      if (!value.isEmpty() && Charset.isSupported(value)) {
        return Charset.forName(value);
      }
    }
    return StandardCharsets.UTF_8;
  }

  /** Returns whether a descriptor is a terminal. Without {@code /proc}, picocli decides. */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return CommandLine.Help.Ansi.AUTO.enabled();
    }
  }
}
