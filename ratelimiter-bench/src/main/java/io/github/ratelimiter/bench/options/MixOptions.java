package io.github.ratelimiter.bench.options;

import io.github.ratelimiter.bench.generator.MixSettings;
import io.github.ratelimiter.cli.CommandException;
import picocli.CommandLine.Option;

/** The options of a mix of hot and other keys. */
public final class MixOptions {
  private static final int MAX_KEYS = 10_000_000;

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

  /**
   * Returns the settings of the mix.
   *
   * @throws CommandException if an option is out of range
   */
  public MixSettings settings() {
    CommandException.checkRange("--hot-keys", hotKeys, 1, MAX_KEYS);
    CommandException.checkRange("--hot-share", hotShare, 0.0, 1.0);
    CommandException.checkRange("--keys", keys, 1, MAX_KEYS);
    return new MixSettings(hotKeys, hotShare, keys);
  }
}
