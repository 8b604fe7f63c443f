package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.cli.CommandException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the load and of the measured limiters. */
final class LoadOptions {
  private static final int MAX_INSTANCES = 1_000;
  private static final int MAX_KEYS = 10_000_000;
  private static final int MAX_THREADS = 10_000;
  private static final int MAX_IN_FLIGHT = 1_000_000;
  private static final double MAX_RATE = 100_000_000;
  private static final Duration MIN_LEASE = Duration.ofMillis(10);
  private static final Duration MAX_LEASE = Duration.ofSeconds(10);
  private static final Duration MAX_DURATION = Duration.ofHours(1);

  /** Enough to fill the next batch while the previous one is in flight. */
  private static final int DEFAULT_IN_FLIGHT = 2_048;

  /** Bounds the requests of an open loop that cannot keep its rate. */
  private static final int DEFAULT_IN_FLIGHT_OF_OPEN_LOOP = 16_384;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description =
          "Instances of the application, each with its own cache, store and connection."
              + " Default: ${DEFAULT-VALUE}.")
  private int instances = 1;

  @Option(
      names = "--hot-keys",
      paramLabel = "N",
      description = "Number of hot keys. Default: ${DEFAULT-VALUE}.")
  private int hotKeys = 1_000;

  @Option(
      names = "--hot-share",
      paramLabel = "PART",
      description = "Share of the requests for hot keys, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double hotShare = 0.8;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Number of keys for the other requests. Default: ${DEFAULT-VALUE}.")
  private int keys = 100_000;

  // A hot key gets 800 requests/s at 1,000,000 decisions/s, and 3,000 at 4,000,000. The limit is
  // higher, so nothing is refused. With a smaller burst, leases of one second would be shortened.
  @Option(
      names = {"-p", "--policy"},
      paramLabel = "POLICY",
      description = "Policy of every key. Default: 5000/s burst 50000.")
  private Policy policy = Policy.parse("load", "5000/s burst 50000");

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Length of a lease, 10ms to 10s. Default: 100ms.")
  private Duration lease = RedisLimiters.LEASE;

  @Option(names = "--no-cache", description = "Measure without admission caches.")
  private boolean noCache;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Closed loop with N blocking threads.")
  private @Nullable Integer threads;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description =
          "Closed loop with N asynchronous requests in flight. Default: 2048. With --rate, the"
              + " maximum in flight, default 16384; further requests wait, and latencies include it.")
  private @Nullable Integer inFlight;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Open loop with R requests per second, independent of the answers.")
  private @Nullable Double rate;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Duration of the measurement. Default: 10s.")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Duration of the warm-up. A shorter one measures the compiler. Default: 15s.")
  private Duration warmUp = Duration.ofSeconds(15);

  /**
   * Returns the setup described by the options.
   *
   * @throws CommandException if an option is out of range
   */
  Setup setup() {
    checkRange("--instances", instances, 1, MAX_INSTANCES);
    checkRange("--hot-keys", hotKeys, 1, MAX_KEYS);
    checkRange("--keys", keys, 1, MAX_KEYS);
    if (!(hotShare >= 0 && hotShare <= 1)) {
      throw new CommandException("--hot-share is " + hotShare + "; it must be from 0 to 1");
    }
    checkRange("--lease", lease, MIN_LEASE, MAX_LEASE);
    checkRange("--duration", duration, Duration.ofMillis(10), MAX_DURATION);
    checkRange("--warm-up", warmUp, Duration.ZERO, MAX_DURATION);
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
      throw new CommandException("--threads cannot be combined with --in-flight or --rate");
    }
    if (rate != null && !(rate >= 1 && rate <= MAX_RATE)) {
      throw new CommandException("--rate is " + rate + "; it must be from 1 to 100000000");
    }
    return rate != null
        ? Pace.Loop.OPEN
        : threads != null ? Pace.Loop.THREADS : Pace.Loop.IN_FLIGHT;
  }

  private int concurrency(Pace.Loop loop) {
    if (threads != null) {
      return checkRange("--threads", threads, 1, MAX_THREADS);
    }
    if (inFlight != null) {
      return checkRange("--in-flight", inFlight, 1, MAX_IN_FLIGHT);
    }
    return loop == Pace.Loop.OPEN ? DEFAULT_IN_FLIGHT_OF_OPEN_LOOP : DEFAULT_IN_FLIGHT;
  }

  private static int checkRange(String option, int value, int minimum, int maximum) {
    CommandException.checkRange(option, value, minimum, maximum);
    return value;
  }

  private static void checkRange(
      String option, Duration value, Duration minimum, Duration maximum) {
    if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
      throw new CommandException(
          option
              + " is "
              + text(value)
              + "; it must be from "
              + text(minimum)
              + " to "
              + text(maximum));
    }
  }

  private static String text(Duration time) {
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  /** Converts a duration such as {@code 1.5s}. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|min|h)");

    @Override
    public Duration convert(String text) {
      Matcher matcher = SYNTAX.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "found '" + text + "', expected a time such as 100ms, 1.5s or 2min");
      }
      long nanos =
          switch (matcher.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "min" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      return Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * nanos));
    }
  }
}
