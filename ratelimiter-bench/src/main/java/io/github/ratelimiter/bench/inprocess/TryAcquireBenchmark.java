package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.Quota;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;

/**
 * One permit of one key, with a boolean answer, for every {@link LocalContender}.
 *
 * <p>All measurements take about 90 minutes:
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh TryAcquireBenchmark -prof gc
 * }</pre>
 *
 * <p>One column: {@code ... jmh TryAcquireBenchmark.threads1 -p keys=1 -p load=ALLOWED}. With a
 * shorter warm-up, the measured times of some contenders are several times too high.
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class TryAcquireBenchmark extends KeyedBenchmark {
  /** The measured contender. */
  @Param public LocalContender contender;

  /** The number of keys. They have a Zipf distribution with skew 0.99. */
  @Param({"1", "1000", "1000000"})
  public int keys;

  /** The limit of each key. */
  @Param({"ALLOWED", "REFUSED"})
  public Quota load;

  /** Takes one permit of every key. */
  @Setup
  public void setUp() {
    String[] all = Keys.of(keys);
    measure(contender.create(load, all), Keys.zipf(all));
  }

  /** Four threads. */
  @Benchmark
  @Threads(4)
  public boolean threads4(PickCursor cursor) {
    return tryAcquire(cursor);
  }
}
