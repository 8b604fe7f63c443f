package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerOption;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.StatusLine;
import io.lettuce.core.RedisException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Measures limiters with state in Redis, from the command line. */
@Command(
    name = "redis",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Compare this library with other limiters on one Redis server.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Columns",
      "  decisions/s         median of the rounds",
      "  p50, p99, p99.9     latency of a decision in milliseconds, over all rounds",
      "  scripts, commands   calls per decision; commands include those inside scripts",
      "  command µs          server time in the commands that clients sent, per decision",
      "  CPU µs              CPU time of the server process, per decision",
      "  / bucket4j          ratio to the decisions/s of this contender, median of the rounds",
      "",
      "Examples",
      "  redis",
      "  redis --loads hot-async,hot-64 --contenders ours,bucket4j-batching",
      "  redis --processes 4"
    })
public final class RedisCommand implements Callable<Integer> {
  private static final int MAX_PROCESSES = 64;
  private static final List<Load> LOADS_OF_PROCESSES =
      List.of(Load.parse("hot-16"), Load.parse("hot-async64"));

  private final Io io;
  private final StatusLine status;

  @Mixin private ServerOption serverOption = new ServerOption();

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      converter = ContenderConverter.class,
      description =
          "One or more of ours, ours-executor, ours-plain, ours-cache, bucket4j, bucket4j-batching,"
              + " bucket4j-delaying, redisson, gateway-script, evalsha and ping. Default: all.")
  private List<RedisContender> contenders = List.of(RedisContender.values());

  @Option(
      names = "--loads",
      paramLabel = "LOAD",
      split = ",",
      converter = LoadConverter.class,
      description =
          "10,000 keys or one hot key, with a number of blocking threads or of asynchronous"
              + " requests in flight, for example keys-64 or hot-async64. Default: keys and hot,"
              + " each with 1, 16, 64 and async256; with --processes hot-16 and hot-async64.")
  private @Nullable List<Load> loads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Seconds of a measurement. Default: ${DEFAULT-VALUE}.")
  private double seconds = 1;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description =
          "Seconds of warm-up before a measurement, doubled in the first round. Default:"
              + " ${DEFAULT-VALUE}.")
  private double warmUp = 0.3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Number of measurements of each contender. Default: ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "Make the requests from N processes, each with the whole load.")
  private int processes = 1;

  @Option(
      names = "--refused",
      description = "Measure refused requests. Default: all requests are allowed.")
  private boolean refused;

  @Mixin private FormatOption format = new FormatOption();

  @Option(names = "--worker", hidden = true)
  private boolean worker;

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public RedisCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    validate();
    if (worker) {
      String uri = Objects.requireNonNull(serverOption.uri(), "--worker requires --uri");
      try (Driver driver = new LocalDriver(uri, quota())) {
        Workers.serve(driver, new InputStreamReader(io.in(), StandardCharsets.UTF_8), io.out());
      }
      return 0;
    }
    try (Server server = serverOption.open()) {
      Results results = measure(server);
      io.out()
          .print(
              format.isJson() ? ComparisonReport.json(results) : ComparisonReport.table(results));
      io.out().flush();
      return 0;
    } catch (RedisException | StoreException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    }
  }

  private void validate() {
    serverOption.check();
    check(seconds > 0 && seconds <= 3600, "--seconds", seconds, "more than 0 and at most 3600");
    check(warmUp >= 0 && warmUp <= 3600, "--warm-up", warmUp, "from 0 to 3600");
    check(rounds >= 1, "--rounds", rounds, "at least 1");
    check(
        processes >= 1 && processes <= MAX_PROCESSES,
        "--processes",
        processes,
        "from 1 to " + MAX_PROCESSES);
  }

  private static void check(boolean valid, String option, Object value, String expected) {
    if (!valid) {
      throw new CommandException(option + " is " + value + "; it must be " + expected);
    }
  }

  private Quota quota() {
    return refused ? Quota.SHARED_REFUSED : Quota.SHARED_ALLOWED;
  }

  private Results measure(Server server) {
    List<Load> measured =
        loads != null ? loads : processes > 1 ? LOADS_OF_PROCESSES : Load.DEFAULTS;
    Results results = new Results(about(server));
    try (Driver driver =
        processes > 1
            ? new Workers(processes, server.uri(), refused)
            : new LocalDriver(server.uri(), quota())) {
      Comparison comparison = new Comparison(server, driver, contenders, measured, status::show);
      comparison.measure(results, rounds, seconds, warmUp);
      if (processes == 1) {
        comparison.measureMemory(results, quota());
      }
    } finally {
      status.show("");
    }
    return results;
  }

  private String about(Server server) {
    return String.format(
        Locale.ROOT,
        "%s; %d round%s of %s s%s, %s",
        server.about(),
        rounds,
        rounds == 1 ? "" : "s",
        Double.toString(seconds).replaceAll("\\.0$", ""),
        processes > 1 ? ", " + processes + " processes" : "",
        refused ? "all but the first refused" : "nothing refused");
  }

  /** Converts the name of a contender. */
  static final class ContenderConverter implements ITypeConverter<RedisContender> {
    @Override
    public RedisContender convert(String text) {
      List<RedisContender> all = List.of(RedisContender.values());
      String names = String.join(", ", all.stream().map(RedisContender::text).toList());
      return all.stream()
          .filter(contender -> contender.text().equals(text))
          .findAny()
          .orElseThrow(
              () -> new TypeConversionException("found '" + text + "', expected one of " + names));
    }
  }

  /** Converts the text of a load. */
  static final class LoadConverter implements ITypeConverter<Load> {
    @Override
    public Load convert(String text) {
      try {
        return Load.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
