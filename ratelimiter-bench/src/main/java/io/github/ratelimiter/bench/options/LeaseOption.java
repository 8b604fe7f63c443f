package io.github.ratelimiter.bench.options;

import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.cli.CommandException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The option for the length of a lease. */
public final class LeaseOption {
  private static final Duration MINIMUM = Duration.ofMillis(10);
  private static final Duration MAXIMUM = Duration.ofSeconds(10);

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Length of a lease, 10ms to 10s. Default: 100ms.")
  private Duration lease = RedisLimiters.LEASE;

  /**
   * Returns the length of a lease.
   *
   * @throws CommandException if it is out of range
   */
  public Duration lease() {
    DurationConverter.checkRange("--lease", lease, MINIMUM, MAXIMUM);
    return lease;
  }
}
