package io.github.ratelimiter.bench.inprocess;

import java.util.concurrent.TimeUnit;
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
 * One permit of one key, yes or no, for every {@link Contender}.
 *
 * <p>All of it, in about an hour and a half:
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh TryAcquireBenchmark -prof gc
 * }</pre>
 *
 * <p>One column: {@code ... jmh TryAcquireBenchmark.threads1 -p keys=1 -p load=ALLOWED}. Shorter
 * warm-ups than these five seconds overstate some contenders several times.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TryAcquireBenchmark {
  /** Who is measured. */
  @Param public Contender contender;

  /** How many keys there are; picked with a Zipf distribution of skew 0.99. */
  @Param({"1", "1000", "1000000"})
  public int keys;

  /** What becomes of the calls. */
  @Param public Load load;

  private KeyedLimiter limiter;
  private String[] picks;

  /** Lets the contender meet every key once. */
  @Setup
  public void setUp() {
    String[] all = Keys.of(keys);
    picks = Keys.zipf(all);
    limiter = contender.create(load, all);
  }

  /** A thread's place in the picks. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH sets the fields.
  public static class Place {
    private Picks picks;

    /** Finds a place of this thread's own. */
    @Setup
    public void setUp(TryAcquireBenchmark benchmark) {
      picks = new Picks(benchmark.picks);
    }
  }

  /** Alone. */
  @Benchmark
  @Threads(1)
  public boolean threads1(Place place) {
    return limiter.tryAcquire(place.picks.next());
  }

  /** A thread for each of two cores. */
  @Benchmark
  @Threads(2)
  public boolean threads2(Place place) {
    return limiter.tryAcquire(place.picks.next());
  }

  /** Four threads. */
  @Benchmark
  @Threads(4)
  public boolean threads4(Place place) {
    return limiter.tryAcquire(place.picks.next());
  }
}
