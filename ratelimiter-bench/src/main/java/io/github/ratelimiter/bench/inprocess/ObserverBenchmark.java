package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.observe.DecisionLog;
import io.github.ratelimiter.observe.KeyHash;
import io.github.ratelimiter.observe.TopLimitedKeys;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;

/**
 * What an observer adds to a decision in the process.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh ObserverBenchmark -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class ObserverBenchmark extends NanosecondsBenchmark {
  /** What observes the limiter. */
  public enum Observer {
    /** Nothing. */
    NONE(limiter -> {}),

    /** The keys that are refused most. */
    TOP_LIMITED_KEYS(limiter -> limiter.addObserver(TopLimitedKeys.create())),

    /** A log of refusals that writes nowhere. When it falls behind, it drops lines. */
    REFUSALS_LOG(
        limiter ->
            limiter.addObserver(
                DecisionLog.to(line -> {}).keys(KeyHash.random()).refusedOnly().build()));

    private final Consumer<RateLimiter> add;

    Observer(Consumer<RateLimiter> add) {
      this.add = add;
    }
  }

  /** What observes the limiter. */
  @Param public Observer observer;

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
    limiter = LocalLimiters.local(load, TimeSource.system(), all);
    observer.add.accept(limiter);
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public boolean threads1(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks)).allowed();
  }

  /** Two threads. */
  @Benchmark
  @Threads(2)
  public boolean threads2(PickCursor cursor) {
    return limiter.tryAcquire(cursor.next(picks)).allowed();
  }
}
