package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.limiter.Ours;
import io.github.ratelimiter.cli.CommandException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the load and of the limiters that it is put on. */
final class LoadOptions {
  private static final int MOST_INSTANCES = 1_000;
  private static final int MOST_KEYS = 10_000_000;
  private static final int MOST_THREADS = 10_000;
  private static final int MOST_IN_FLIGHT = 1_000_000;
  private static final double MOST_RATE = 100_000_000;
  private static final Duration SHORTEST_LEASE = Duration.ofMillis(10);
  private static final Duration LONGEST_LEASE = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(1);

  /** So many callers fill the next batch while the last one is under way. */
  private static final int IN_FLIGHT = 2_048;

  /** An open loop that has so many in flight has lost the race, and only needs a bound. */
  private static final int IN_FLIGHT_OF_OPEN_LOOP = 16_384;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description =
          "Instances of the application: each has a cache, a store and a connection of its own."
              + " Default: ${DEFAULT-VALUE}.")
  private int instances = 1;

  @Option(
      names = "--hot-keys",
      paramLabel = "N",
      description = "How many keys get the hot share. Default: ${DEFAULT-VALUE}.")
  private int hotKeys = 1_000;

  @Option(
      names = "--hot-share",
      paramLabel = "PART",
      description = "Part of the load on hot keys, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double hotShare = 0.8;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Over how many keys the rest is spread. Default: ${DEFAULT-VALUE}.")
  private int keys = 100_000;

  // A hot key gets 800 permits a second of a million decisions, 3,000 of four million: that is
  // allowed. The burst is ten seconds' worth, or leases of a second would be cut shorter.
  @Option(
      names = {"-p", "--policy"},
      paramLabel = "POLICY",
      description = "Of every key. Default: 5000/s burst 50000.")
  private Policy policy = Policy.parse("load", "5000/s burst 50000");

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      converter = OfTime.class,
      description = "How long permits are held, 10ms to 10s. Default: 100ms.")
  private Duration lease = Ours.LEASE;

  @Option(names = "--no-cache", description = "Without caches.")
  private boolean noCache;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Closed loop of so many threads that block.")
  private @Nullable Integer threads;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description =
          "Closed loop of so many requests at once, nobody blocks. Default: 2048. Of an open loop"
              + " the most at once, 16384 unless given: then sending waits, and that counts.")
  private @Nullable Integer inFlight;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Open loop of so many requests a second, however long answers take.")
  private @Nullable Double rate;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = OfTime.class,
      description = "How long to measure. Default: 10s.")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      converter = OfTime.class,
      description = "How long to warm up before. Default: 5s.")
  private Duration warmUp = Duration.ofSeconds(5);

  /**
   * Returns the setup that the options say.
   *
   * @throws CommandException if an option is out of range
   */
  Setup setup() {
    range("--instances", instances, 1, MOST_INSTANCES);
    range("--hot-keys", hotKeys, 1, MOST_KEYS);
    range("--keys", keys, 1, MOST_KEYS);
    if (!(hotShare >= 0 && hotShare <= 1)) {
      throw new CommandException("--hot-share is " + hotShare + "; it must be from 0 to 1");
    }
    range("--lease", lease, SHORTEST_LEASE, LONGEST_LEASE);
    range("--duration", duration, Duration.ofMillis(10), LONGEST);
    range("--warm-up", warmUp, Duration.ZERO, LONGEST);
    Setup.CacheMode cache = noCache ? Setup.CacheMode.NONE : Setup.CacheMode.LEASES;
    Pace.Loop loop = loop();
    return new Setup(
        instances,
        cache,
        lease,
        policy,
        hotKeys,
        hotShare,
        keys,
        new Pace(loop, concurrency(loop), rate == null ? 0 : rate),
        warmUp,
        duration);
  }

  private Pace.Loop loop() {
    if (threads != null && (inFlight != null || rate != null)) {
      throw new CommandException("--threads excludes --in-flight and --rate");
    }
    if (rate != null && !(rate >= 1 && rate <= MOST_RATE)) {
      throw new CommandException("--rate is " + rate + "; it must be from 1 to 100000000");
    }
    return rate != null
        ? Pace.Loop.OPEN
        : threads != null ? Pace.Loop.THREADS : Pace.Loop.IN_FLIGHT;
  }

  private int concurrency(Pace.Loop loop) {
    if (threads != null) {
      return range("--threads", threads, 1, MOST_THREADS);
    }
    if (inFlight != null) {
      return range("--in-flight", inFlight, 1, MOST_IN_FLIGHT);
    }
    return loop == Pace.Loop.OPEN ? IN_FLIGHT_OF_OPEN_LOOP : IN_FLIGHT;
  }

  private static int range(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandException(
          option + " is " + value + "; it must be from " + least + " to " + most);
    }
    return value;
  }

  private static void range(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new CommandException(
          option + " is " + text(value) + "; it must be from " + text(least) + " to " + text(most));
    }
  }

  private static String text(Duration time) {
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  /** Converts a time. */
  static final class OfTime implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|min|h)");

    @Override
    public Duration convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new TypeConversionException(
            "found '" + text + "', expected a time as 100ms, 1.5s or 2min");
      }
      long nanos =
          switch (form.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "min" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      return Duration.ofNanos((long) (Double.parseDouble(form.group(1)) * nanos));
    }
  }
}
