package io.github.ratelimiter.server.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The settings of users and of statistics. */
public final class UserOptions {
  private static final int MOST_DAYS = 3_650;

  @Option(
      names = "--create-users",
      defaultValue = "false",
      description =
          "A check stores a user that is not known, with the default limits. Default: users are"
              + " stored by administrators only.")
  private boolean creates;

  @Option(
      names = "--stats-retention",
      paramLabel = "DAYS",
      defaultValue = "30",
      description =
          "How long statistics stay in PostgreSQL. Without it they are those of the last three"
              + " hours. Default: ${DEFAULT-VALUE}.")
  private int retentionDays;

  /** Returns whether a check creates a user. */
  public boolean creates() {
    return creates;
  }

  /**
   * Returns how long statistics are kept.
   *
   * @throws ConfigException if the number is out of range
   */
  public Duration retention() {
    if (retentionDays < 1 || retentionDays > MOST_DAYS) {
      throw new ConfigException(
          "--stats-retention: found %d, expected 1 to %d".formatted(retentionDays, MOST_DAYS));
    }
    return Duration.ofDays(retentionDays);
  }
}
