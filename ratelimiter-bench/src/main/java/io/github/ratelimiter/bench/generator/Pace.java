package io.github.ratelimiter.bench.generator;

import java.util.Locale;

/**
 * When requests are made.
 *
 * @param loop what a request waits for
 * @param concurrency the number of threads, or the maximum number of requests in flight
 * @param rate the requests per second of an open loop; 0 for other loops
 * @param seed selects the sequence of random keys
 */
public record Pace(Loop loop, int concurrency, double rate, long seed) {
  private static final long SEED = 42;

  /** Creates a pace that always has the same sequence of random keys. */
  public Pace(Loop loop, int concurrency, double rate) {
    this(loop, concurrency, rate, SEED);
  }

  /** What a request waits for. */
  public enum Loop {
    /** Closed loop: each thread waits for its answer before it makes the next request. */
    THREADS,

    /** Closed loop: the thread that completes an answer makes the next request. */
    IN_FLIGHT,

    /** Open loop: requests are made at fixed times and wait for no answer. */
    OPEN,

    /**
     * The same, by a thread that sleeps until the next request and does not spin. It takes little
     * processor time, and a request may be made a tenth of a millisecond late.
     */
    OPEN_SLEEPING;

    /** Returns the name in reports. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
