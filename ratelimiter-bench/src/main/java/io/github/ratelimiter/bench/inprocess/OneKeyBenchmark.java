package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.Quota;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One permit of one key that is known in advance, for every {@link OneKeyContender}.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh OneKeyBenchmark -prof gc
 * }</pre>
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class OneKeyBenchmark {
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
