package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;

/**
 * What an {@link Observer} adds to a decision in the process.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh ObservedBenchmark -p keys=1 -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class ObservedBenchmark extends NanosecondsBenchmark {
  /** What observes the limiter. */
  @Param public Observer observer;

  /** The number of keys. They have a Zipf distribution with skew 0.99. */
  @Param({"1", "1000", "1000000"})
  public int keys;

  /** The limit of each key. */
  @Param({"ALLOWED", "REFUSED"})
  public Quota load;

  private RateLimiter limiter;
  private KeyLimiter first;
  private String[] picks;

  /** Takes permits of every key. */
  @Setup
  public void setUp() {
    String[] all = Keys.of(keys);
    picks = Keys.zipf(all);
    limiter = LocalLimiters.local(load, TimeSource.system(), all);
    first = limiter.forKey(all[0]);
    observer.observe(limiter);
  }

  /** {@code limiter.forKey(key)}, of one key only. */
  @Benchmark
  @Threads(1)
  public boolean forKey() {
    return first.tryAcquire().allowed();
  }

  /** {@code limiter.tryAcquire(key)}, with one thread. */
  @Benchmark
  @Threads(1)
  public boolean threads1(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks)).allowed();
  }

  /** The same with two threads. */
  @Benchmark
  @Threads(2)
  public boolean threads2(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks)).allowed();
  }
}
