package io.github.ratelimiter.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Runs the JMH benchmarks. All arguments are passed to JMH. */
@Command(
    name = "jmh",
    description = "Run the JMH benchmarks. Arguments are passed to JMH; jmh -h lists them.")
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
