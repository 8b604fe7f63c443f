package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.options.DurationConverter;
import io.github.ratelimiter.bench.options.LeaseOption;
import io.github.ratelimiter.bench.options.MixOptions;
import io.github.ratelimiter.cli.CommandException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the load and of the measured limiters. */
final class LoadOptions {
  private static final int MAX_INSTANCES = 1_000;
  private static final int MAX_THREADS = 10_000;
  private static final int MAX_IN_FLIGHT = 1_000_000;
  private static final double MAX_RATE = 100_000_000;
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

  @Mixin private MixOptions mix = new MixOptions();

  // A hot key gets 800 requests/s at 1,000,000 decisions/s, and 3,000 at 4,000,000. The limit is
  // higher, so nothing is refused. With a smaller burst, leases of one second would be shortened.
  @Option(
      names = {"-p", "--policy"},
      paramLabel = "POLICY",
      description = "Policy of every key. Default: 5000/s burst 50000.")
  private Policy policy = Policy.parse("load", "5000/s burst 50000");

  @Mixin private LeaseOption lease = new LeaseOption();

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
    DurationConverter.checkRange("--duration", duration, Duration.ofMillis(10), MAX_DURATION);
    DurationConverter.checkRange("--warm-up", warmUp, Duration.ZERO, MAX_DURATION);
    Setup.CacheMode cache = noCache ? Setup.CacheMode.NONE : Setup.CacheMode.LEASES;
    Pace.Loop loop = loop();
    return new Setup(
        instances,
        cache,
        lease.lease(),
        policy,
        mix.settings(),
        new Pace(loop, concurrency(loop), rate == null ? 0 : rate),
        warmUp,
        duration);
  }

  private Pace.Loop loop() {
    if (threads != null && (inFlight != null || rate != null)) {
      throw new CommandException("--threads cannot be combined with --in-flight or --rate");
    }
    if (rate != null) {
      CommandException.checkRange("--rate", rate, 1, MAX_RATE);
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
}
