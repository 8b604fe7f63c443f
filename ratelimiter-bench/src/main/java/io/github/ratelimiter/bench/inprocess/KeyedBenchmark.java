package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One permit of one key, with a boolean answer. Subclasses choose the contender and the keys. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls a method that sets the fields.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
public abstract class KeyedBenchmark {
  private KeyedLimiter limiter;
  private String[] picks;

  /** Sets the limiter and the keys of its requests. */
  final void measure(KeyedLimiter limiter, String... picks) {
    this.limiter = limiter;
    this.picks = picks;
  }

  /** Takes one permit of the next key. */
  final boolean tryAcquire(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks));
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public boolean threads1(PickCursor cursor) {
    return tryAcquire(cursor);
  }

  /** Two threads. */
  @Benchmark
  @Threads(2)
  public boolean threads2(PickCursor cursor) {
    return tryAcquire(cursor);
  }
}
