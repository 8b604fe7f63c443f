package io.github.ratelimiter.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Runs the benchmarks of JMH. All arguments are those of JMH. */
@Command(
    name = "jmh",
    description = "Run the benchmarks; arguments are those of JMH, jmh -h tells them.")
final class JmhCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    org.openjdk.jmh.Main.main(arguments.toArray(new String[0]));
    return 0;
  }

  /** Returns the arguments for JMH. */
  List<String> arguments() {
    return arguments;
  }
}
