package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;

/**
 * One permit of one key, with the whole {@link Decision}, as a server needs it for its headers.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh FullDecisionBenchmark -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class FullDecisionBenchmark extends NanosecondsBenchmark {
  /** The clock of the store. */
  public enum Clock {
    /** The precise clock. */
    PRECISE,

    /** A coarse clock of one millisecond. */
    COARSE
  }

  /** The clock of the store. */
  @Param public Clock clock;

  /** The number of keys. They have a Zipf distribution with skew 0.99. */
  @Param({"1", "1000", "1000000"})
  public int keys;

  /** The limit of each key. */
  @Param({"ALLOWED", "REFUSED"})
  public Quota load;

  private RateLimiter limiter;
  private String[] picks;

  /** Takes permits of every key. */
  @Setup
  public void setUp() {
    String[] all = Keys.of(keys);
    picks = Keys.zipf(all);
    TimeSource time = clock == Clock.PRECISE ? TimeSource.system() : LocalLimiters.coarseClock();
    limiter = LocalLimiters.local(load, time, all);
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public Decision threads1(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks));
  }

  /** Two threads. */
  @Benchmark
  @Threads(2)
  public Decision threads2(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks));
  }
}
