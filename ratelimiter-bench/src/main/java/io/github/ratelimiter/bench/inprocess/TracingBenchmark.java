package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.limiter.LocalLimiters;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.tracing.Tracing;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One permit in the process, with each kind of {@link Tracing}. With {@code SAMPLED} every call is
 * an event of the caller's span. The SDK keeps the first 128 of them, and drops the others after
 * they were made.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh inprocess.TracingBenchmark -f 5 -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class TracingBenchmark extends NanosecondsBenchmark {
  private static final String KEY = "global";

  /** How the limiter is traced. */
  @Param public Tracing tracing;

  private RateLimiter limiter;
  private KeyLimiter keyLimiter;
  private Context context;

  /** Takes one permit. */
  @Setup
  public void setUp() {
    limiter = LocalLimiters.local(Quota.ALLOWED, TimeSource.system(), KEY);
    keyLimiter = limiter.forKey(KEY);
    context = tracing.start(limiter);
  }

  /** A thread inside the caller's span. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class Caller {
    private Scope scope;

    /** Enters the span. */
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // Closed below.
    public void enter(TracingBenchmark benchmark) {
      scope = benchmark.context.makeCurrent();
    }

    /** Leaves the span. */
    @TearDown
    public void leave() {
      scope.close();
    }
  }

  /** A key that is known in advance. */
  @Benchmark
  public boolean forKey(Caller caller) {
    return keyLimiter.tryAcquire().allowed();
  }

  /** A key that is looked up. */
  @Benchmark
  public boolean byKey(Caller caller) {
    return limiter.tryAcquire(KEY).allowed();
  }
}
