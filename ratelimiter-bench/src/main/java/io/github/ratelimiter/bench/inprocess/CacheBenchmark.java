package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.Quota;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Requests that are decided without a call to the shared store, for every {@link CacheContender}.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh CacheBenchmark -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class CacheBenchmark extends KeyedBenchmark {
  /** The measured contender. */
  @Param public CacheContender contender;

  /** The number of keys. All have the same probability. */
  @Param({"1", "1000"})
  public int keys;

  /** The limit of each key. */
  @Param({"ALLOWED", "REFUSED"})
  public Quota load;

  /** Takes one permit of every key. */
  @Setup
  public void setUp() {
    String[] all = Keys.of(keys);
    KeyedLimiter limiter = contender.create(load);
    for (String key : all) {
      limiter.tryAcquire(key);
    }
    measure(limiter, Keys.uniform(all));
  }
}
