package io.github.ratelimiter.bench;

/** The entry point of the runnable jar. */
public final class Main {
  private Main() {}

  /**
   * Runs the benchmark.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.err.println("There is no benchmark here yet.");
    System.exit(2);
  }
}
