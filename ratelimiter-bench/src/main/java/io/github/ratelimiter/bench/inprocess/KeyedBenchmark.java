package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/** One permit of one key, with a boolean answer. Subclasses choose the contender and the keys. */
@SuppressWarnings("NullAway.Init") // JMH calls a method that sets the fields.
public abstract class KeyedBenchmark extends NanosecondsBenchmark {
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
