package io.github.ratelimiter.servers;

import java.nio.file.Path;

/** What it takes to run Java in a process of its own, as these tests are run. */
public final class JavaCommand {
  private JavaCommand() {}

  /** The program. */
  public static String program() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The whole class path, also where the tests themselves were started with a shorter one. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
