package io.github.ratelimiter.bench.generator;

import java.util.Locale;

/**
 * When requests are made.
 *
 * @param loop what a request waits for
 * @param concurrency the number of threads, or the maximum number of requests in flight
 * @param rate requests a second of an open loop; 0 for other loops
 */
public record Pace(Loop loop, int concurrency, double rate) {
  /** What a request waits for. */
  public enum Loop {
    /** Each thread waits for its answer before it makes the next request. */
    THREADS,

    /** Each answer is followed by the next request, on the thread that completes the answer. */
    IN_FLIGHT,

    /** Requests are made at fixed instants, before or after earlier answers. */
    OPEN;

    /** Returns the name in a report. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
