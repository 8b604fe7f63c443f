package io.github.ratelimiter.cli.replay;

/** Finds the minute with the highest count; of equal minutes, the first. Time never goes back. */
final class Peak {
  private long minute;
  private long requests;
  private long counted;
  private Worst worst = new Worst(0, 0, 0);

  /**
   * A minute and its counts.
   *
   * @param minute minutes since the Unix epoch
   * @param requests the number of requests
   * @param counted the number of requests that were counted
   */
  record Worst(long minute, long requests, long counted) {}

  /** Adds a request. The minute with the most requests for which {@code counts} is true wins. */
  void add(long seconds, boolean counts) {
    if (seconds / 60 != minute) {
      minute = seconds / 60;
      requests = 0;
      counted = 0;
    }
    requests++;
    counted += counts ? 1 : 0;
    if (counted > worst.counted || (minute == worst.minute && worst.counted > 0)) {
      worst = new Worst(minute, requests, counted);
    }
  }

  /** Returns the worst minute. Its count is 0 if no request was counted. */
  Worst worst() {
    return worst;
  }
}
