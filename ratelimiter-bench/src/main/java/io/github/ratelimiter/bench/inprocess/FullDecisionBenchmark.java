package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
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
 * One permit of one key, with the whole {@link Decision} kept, as a server does that sends headers.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh FullDecisionBenchmark -prof gc
 * }</pre>
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FullDecisionBenchmark {
  /** Which clock the store reads. */
  public enum Clock {
    /** The precise clock. */
    PRECISE,

    /** The clock that is read every millisecond. */
    COARSE
  }

  /** Which clock the store reads. */
  @Param public Clock clock;

  /** How many keys there are; picked with a Zipf distribution of skew 0.99. */
  @Param({"1", "1000", "1000000"})
  public int keys;

  /** What becomes of the calls. */
  @Param public Load load;

  private RateLimiter limiter;
  private String[] picks;

  /** Lets the limiter meet every key once. */
  @Setup
  public void setUp() {
    String[] all = Keys.of(keys);
    picks = Keys.zipf(all);
    TimeSource time = clock == Clock.PRECISE ? TimeSource.system() : Ours.coarseClock();
    limiter = Ours.limiter(load, time, all);
  }

  /** A thread's place in the picks. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH sets the fields.
  public static class Place {
    private Picks picks;

    /** Finds a place of this thread's own. */
    @Setup
    public void setUp(FullDecisionBenchmark benchmark) {
      picks = new Picks(benchmark.picks);
    }
  }

  /** Alone. */
  @Benchmark
  @Threads(1)
  public Decision threads1(Place place) {
    return limiter.tryAcquire(place.picks.next());
  }

  /** A thread for each of two cores. */
  @Benchmark
  @Threads(2)
  public Decision threads2(Place place) {
    return limiter.tryAcquire(place.picks.next());
  }
}
