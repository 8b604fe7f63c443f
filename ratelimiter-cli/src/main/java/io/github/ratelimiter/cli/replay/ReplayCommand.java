package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.PngFile;
import io.github.ratelimiter.cli.StatusLine;
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
    description = "Run an access log through policies and show who would have been limited.",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Policies",
      "  100/min                       token bucket: 100 at once, refilled at 100 a minute",
      "  100/min burst 20              the same rate, 20 at once",
      "  leaky-bucket 10/s burst 5     a level that drains at 10 a second",
      "  fixed-window 100/h            100 in each full hour",
      "  fixed-window 100/h from first use",
      "  sliding-window 5000/day       counts this window and what overlaps of the one before",
      "  sliding-log 20/min            20 in any minute, exactly",
      "  10/s; sliding-window 1000/h   both: what one refuses is refused",
      "",
      "Examples",
      "  replay --sample",
      "  replay --policy \"30/min burst 30\" --key ip access.log",
      "  zcat access.log.*.gz | replay --policy 10/s --policy 100/min --key ip+path",
      "",
      "Formats, recognised line by line",
      "  common, combined, with or without a virtual host; Amazon S3; AWS load balancers",
      "  JSON lines of Caddy, Traefik and nginx; W3C extended of IIS and CloudFront",
      "  any of them behind the prefix of Docker, Kubernetes or syslog",
      "",
      "Lines count in the order of the file, and time never moves backwards: a line earlier than",
      "the latest before it counts at that latest. A line without an address and a time is left",
      "out and counted; any other field that is missing is \"-\". A key longer than 40 bytes is told",
      "apart by its SHA-256. The exit status is 2 if the command or a file is wrong."
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final List<String> SAMPLE_POLICIES = List.of("30/min", "fixed-window 30/min");

  private final Io io;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Log, plain or gzip, in one of the formats below. Standard input if it is - or missing.")
  private @Nullable Path file;

  @Option(
      names = {"-p", "--policy"},
      paramLabel = "POLICY",
      description = "Limits to try, as below. Repeat it to see several side by side.")
  private List<Policy> policies = new ArrayList<>();

  @Option(
      names = {"-k", "--key"},
      paramLabel = "KEY",
      converter = ReplayCommand.OfKey.class,
      description = "Who is limited: ip, path, agent or user, or several joined by +. Default: ip.")
  private KeyMaker keyMaker = KeyMaker.of("ip");

  @Option(
      names = {"-n", "--top"},
      paramLabel = "N",
      description = "How many of the most limited keys to name. Default: ${DEFAULT-VALUE}.")
  private int top = 10;

  @Mixin private FormatOption format = new FormatOption();

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Also draw what was allowed and refused over time.")
  private @Nullable Path plot;

  @Option(
      names = "--max-keys",
      paramLabel = "N",
      description =
          "How many keys to tell apart, which bounds the memory. If there are more, the output"
              + " says that it is a lower bound. Default: ${DEFAULT-VALUE}.")
  private int maximumKeys = 1_000_000;

  @Option(
      names = "--sample",
      description = "Replay the small log inside this program; a policy is then not needed.")
  private boolean sample;

  /**
   * The command.
   *
   * @param io what it reads and where it writes
   */
  public ReplayCommand(Io io) {
    this.io = io;
  }

  /** Replays the log and prints the report. */
  @Override
  public Integer call() {
    try {
      check();
      replay();
      return 0;
    } catch (OutOfMemoryError e) {
      throw new CommandException(
          "not enough memory: give Java more with -Xmx, or use a smaller --max-keys");
    }
  }

  private void replay() {
    try (LogInput input = input();
        Replay replay = new Replay(input, policies, keyMaker, maximumKeys, io.err())) {
      replay.run(new Progress(new StatusLine(io)));
      if (!replay.doubt().isEmpty()) {
        io.err().println("warning: " + replay.doubt());
        io.err().flush();
      }
      if (plot != null) {
        Plot.write(replay, plot);
      }
      io.out()
          .print(
              format.isJson()
                  ? JsonReport.of(replay, top)
                  : TableReport.of(replay, top, io.unicode()));
      if (sample && !format.isJson()) {
        io.out()
            .println("\nNext, your own: replay --policy \"30/min burst 30\" --key ip access.log");
      }
      io.out().flush();
    }
  }

  private void check() {
    if (sample && file != null) {
      throw new CommandException("--sample and a file exclude each other");
    }
    if (sample && policies.isEmpty()) {
      policies = SAMPLE_POLICIES.stream().map(text -> Policy.parse("replay", text)).toList();
    }
    if (policies.isEmpty()) {
      throw new CommandException("no policy: give one, as in --policy \"30/min burst 30\"");
    }
    if (top < 0) {
      throw new CommandException("--top is " + top + "; it must be 0 or more");
    }
    if (maximumKeys < 1 || maximumKeys > 100_000_000) {
      throw new CommandException(
          "--max-keys is " + maximumKeys + "; it must be from 1 to 100000000");
    }
    if (!sample && file == null && io.inIsTerminal()) {
      throw new CommandException("no log: name a file, pipe one in, or try --sample");
    }
    if (plot != null) {
      PngFile.check(plot);
    }
  }

  private LogInput input() {
    if (sample) {
      return LogInput.sample();
    }
    return file == null || file.toString().equals("-")
        ? LogInput.standard(io.in())
        : LogInput.file(file);
  }

  /** Reads what makes a key. */
  static final class OfKey implements ITypeConverter<KeyMaker> {
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
