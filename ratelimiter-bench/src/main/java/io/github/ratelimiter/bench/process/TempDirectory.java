package io.github.ratelimiter.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A new directory for temporary files. It is removed when it is closed. */
public final class TempDirectory implements AutoCloseable {
  private final Path path;

  /** Creates a directory. */
  public TempDirectory() {
    try {
      path = Files.createTempDirectory("ratelimiter-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a path in the directory. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** Removes the directory and everything in it. Does nothing the second time. */
  @Override
  public synchronized void close() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
