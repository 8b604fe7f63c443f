package io.github.ratelimiter.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the Lua scripts of the benchmarks. */
public final class ScriptFile {
  private ScriptFile() {}

  /**
   * Returns the text of a script.
   *
   * @param owner a class of the package that has the script
   * @param file the name of the file
   */
  public static String text(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("script " + file + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
