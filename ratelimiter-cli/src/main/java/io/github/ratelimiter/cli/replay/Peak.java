package io.github.ratelimiter.cli.replay;

/** The minute with the most of something, the first of equals. Time never moves backwards. */
final class Peak {
  private long minute;
  private long requests;
  private long counted;
  private Worst worst = new Worst(0, 0, 0);

  /**
   * A minute and what was in it.
   *
   * @param minute minutes since the Unix epoch
   * @param requests how many requests it saw
   * @param counted how many of what is counted
   */
  record Worst(long minute, long requests, long counted) {}

  /** Takes a request into account. */
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

  /** The worst minute; nothing was counted if its count is 0. */
  Worst worst() {
    return worst;
  }
}
