package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.PngFile;
import io.github.ratelimiter.cli.log.LogInput;
import io.github.ratelimiter.cli.log.LogOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Replays an access log from the command line. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description =
        "Replay an access log under rate limits and show which requests would be refused.",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Policies",
      "  100/min                       token bucket: burst 100, refilled at 100 per minute",
      "  100/min burst 20              the same rate, burst 20",
      "  leaky-bucket 10/s burst 5     a level that drains at 10 per second",
      "  fixed-window 100/h            100 in each hour of the clock",
      "  fixed-window 100/h from first use   the hour begins with the first permit of a key",
      "  sliding-window 5000/day       estimates the last day from two counters",
      "  sliding-log 20/min            20 in any minute, exact",
      "  fixed-window 9/day in Asia/Tokyo   9 a day, from midnight in Tokyo",
      "  10/s; sliding-window 1000/h   a request must be allowed by both",
      "",
      "Examples",
      "  replay --sample",
      "  replay --policy \"30/min burst 30\" --key ip access.log",
      "  zcat access.log.*.gz | replay --policy 10/s --policy 100/min --key ip+path",
      "",
      "Formats, detected for each line",
      "  common, combined, with or without a virtual host; Amazon S3; AWS load balancers",
      "  JSON lines of Caddy, Traefik and nginx; W3C extended of IIS and CloudFront",
      "  all of them also with a prefix of Docker, Kubernetes or syslog",
      "",
      "Requests are decided in file order. Time never moves backwards: a request earlier than a",
      "previous one is decided at the latest time so far. A line without an address or without a",
      "time is skipped and counted. Any other missing field is \"-\". Keys longer than 40 bytes are",
      "compared by their SHA-256. The exit status is 2 if an argument or a file is invalid."
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final List<String> SAMPLE_POLICIES = List.of("30/min", "fixed-window 30/min");

  private final Io io;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Access log, plain or gzip, in a format listed below. Standard input if - or missing.")
  private @Nullable Path file;

  @Option(
      names = {"-p", "--policy"},
      paramLabel = "POLICY",
      description =
          "Policy to replay, see below. Repeat the option to compare several. With --sample, none"
              + " is needed.")
  private List<Policy> policies = new ArrayList<>();

  @Option(
      names = {"-k", "--key"},
      paramLabel = "KEY",
      converter = ReplayCommand.KeyConverter.class,
      description =
          "Fields of the key: ip, path, agent, user, or several joined by +. Default: ip.")
  private KeyMaker keyMaker = KeyMaker.of("ip");

  @Mixin private LogOptions options = new LogOptions();

  @Mixin private FormatOption format = new FormatOption();

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Also plot the allowed and refused requests over time.")
  private @Nullable Path plot;

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public ReplayCommand(Io io) {
    this.io = io;
  }

  /** Replays the log and prints the report. */
  @Override
  public Integer call() {
    try {
      validate();
      replay();
      return 0;
    } catch (OutOfMemoryError e) {
      throw LogOptions.outOfMemory();
    }
  }

  private void replay() {
    try (LogInput input = options.open(file == null ? LogOptions.STANDARD_INPUT : file, io);
        Replay replay = new Replay(input, policies, keyMaker, options.maximumKeys(), io)) {
      replay.run();
      KeyWarning.of(replay).ifPresent(warning -> io.err().println("warning: " + warning));
      io.err().flush();
      if (plot != null) {
        Plot.write(replay, plot);
      }
      io.out()
          .print(
              format.isJson()
                  ? JsonReport.of(replay, options.top())
                  : TableReport.of(replay, options.top(), io.unicode()));
      if (options.isSample() && !format.isJson()) {
        io.out()
            .println(
                "\nTo replay your own log: replay --policy \"30/min burst 30\" --key ip access.log");
      }
      io.out().flush();
    }
  }

  private void validate() {
    options.check(file != null, io);
    if (options.isSample() && policies.isEmpty()) {
      policies = SAMPLE_POLICIES.stream().map(text -> Policy.parse("replay", text)).toList();
    }
    if (policies.isEmpty()) {
      throw new CommandException("no policy: add one, for example --policy \"30/min burst 30\"");
    }
    if (plot != null) {
      PngFile.check(plot);
    }
  }

  /** Converts the fields of a key. */
  static final class KeyConverter implements ITypeConverter<KeyMaker> {
    @Override
    public KeyMaker convert(String text) {
      try {
        return KeyMaker.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
