package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.Quota;
import java.util.function.BooleanSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;

/**
 * One permit of one key that is known in advance, for every {@link OneKeyContender}.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh OneKeyBenchmark -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class OneKeyBenchmark extends NanosecondsBenchmark {
  /** The measured contender. */
  @Param public OneKeyContender contender;

  /** The limit. */
  @Param({"ALLOWED", "REFUSED"})
  public Quota load;

  private BooleanSupplier limiter;

  /** Takes one permit. */
  @Setup
  public void setUp() {
    limiter = contender.create(load);
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public boolean threads1() {
    return limiter.getAsBoolean();
  }

  /** Two threads. */
  @Benchmark
  @Threads(2)
  public boolean threads2() {
    return limiter.getAsBoolean();
  }
}
