package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What an observer costs a decision in the process.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh ObservedBenchmark -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class ObservedBenchmark extends NanosecondsBenchmark {
  private static final String KEY = "global";

  /** Who observes the limiter. */
  @Param public Observer observer;

  /** The limit. */
  @Param({"ALLOWED", "REFUSED"})
  public Quota load;

  private RateLimiter limiter;
  private KeyLimiter bound;

  /** Makes one request of each kind. */
  @Setup
  public void setUp() {
    limiter = LocalLimiters.local(load, TimeSource.system(), KEY);
    bound = limiter.forKey(KEY);
    observer.observe(limiter);
  }

  /** {@code limiter.forKey(key)}. */
  @Benchmark
  public boolean forKey() {
    return bound.tryAcquire().allowed();
  }

  /** {@code limiter.tryAcquire(key)}. */
  @Benchmark
  public boolean tryAcquire() {
    return limiter.tryAcquire(KEY).allowed();
  }
}
