package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerOption;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.PngFile;
import io.github.ratelimiter.cli.StatusLine;
import io.lettuce.core.RedisException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the five algorithms, from the command line. */
@Command(
    name = "algorithms",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Compare the five algorithms: accuracy, server time and memory on Redis.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Columns",
      "  most / limit       most permits in any interval of one period, of all ways to make calls",
      "  overload granted   permits in 60 periods of constant overload, as a ratio to the limit",
      "  bursts granted     the same, for one burst of the limit at the beginning of each period",
      "  µs                 server time of the script per decision, median of the rounds",
      "  commands           commands inside the script per decision",
      "  bytes used         MEMORY USAGE of a key with half of the limit used",
      "  in all             the same by used_memory, which includes hash tables",
      "",
      "The first three are computed and always the same. Server time and commands are measured on",
      "keys that use half of their limit, alone and in batches of 64 keys.",
      "",
      "Examples",
      "  algorithms",
      "  algorithms --quota 20/min --plot algorithms.png"
    })
public final class AlgorithmsCommand implements Callable<Integer> {
  private static final int MIN_PERMITS = 10;
  private static final int MAX_PERMITS = 10_000;

  /** With fewer keys, the buffers of the server would disturb the measurement of its memory. */
  private static final int MIN_KEYS = 1_000;

  /** Keeps the instants of all requests in the range of the decision script. */
  private static final Duration MAX_PERIOD = Duration.ofDays(1);

  private final Io io;
  private final StatusLine status;

  @Option(
      names = "--quota",
      paramLabel = "QUOTA",
      description =
          "10 to 10,000 permits per period of at most a day, the same for all algorithms. Default:"
              + " ${DEFAULT-VALUE}.")
  private String quota = "100/s";

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Number of measurements of the server time of each algorithm. Default:"
              + " ${DEFAULT-VALUE}.")
  private int rounds = 9;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "Number of requests of each of 64 keys in such a measurement. Default:"
              + " ${DEFAULT-VALUE}.")
  private int requests = 200;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description =
          "Number of keys for the measurement of memory, at least 1000. Default: ${DEFAULT-VALUE}.")
  private int keys = 10_000;

  @Mixin private ServerOption serverOption = new ServerOption();

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Also plot the comparison as bar charts.")
  private @Nullable Path plot;

  @Mixin private FormatOption format = new FormatOption();

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public AlgorithmsCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    validate();
    try (Server server = serverOption.open()) {
      print(new AlgorithmComparison(quota, server, status::show).measure(rounds, requests, keys));
      return 0;
    } catch (RedisException | StoreException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    } finally {
      status.show("");
    }
  }

  private void validate() {
    serverOption.check();
    CommandException.checkRange("--rounds", rounds, 1, 1_000);
    CommandException.checkRange("--requests", requests, 1, 10_000);
    CommandException.checkRange("--keys", keys, MIN_KEYS, 1_000_000);
    checkQuota();
    if (plot != null) {
      PngFile.check(plot);
    }
  }

  private void checkQuota() {
    for (AlgorithmKind kind : AlgorithmKind.values()) {
      List<Limit> limits = limits(kind);
      if (limits.size() > 1) {
        throw new CommandException("--quota has several limits; it must have one");
      }
      CommandException.checkRange("--quota", limits.get(0).permits(), MIN_PERMITS, MAX_PERMITS);
      if (limits.get(0).period().compareTo(MAX_PERIOD) > 0) {
        throw new CommandException("--quota has a period of more than a day; a day is the longest");
      }
    }
  }

  private List<Limit> limits(AlgorithmKind kind) {
    try {
      return kind.policy(quota).limits();
    } catch (IllegalArgumentException e) {
      throw new CommandException("--quota: " + e.getMessage());
    }
  }

  private void print(Results results) {
    // The status line is cleared before anything is printed.
    status.show("");
    if (plot != null) {
      PngFile.write(plot, () -> AlgorithmsPlot.of(results));
    }
    io.out().print(format.isJson() ? JsonReport.of(results) : TableReport.of(results));
    io.out().flush();
  }
}
