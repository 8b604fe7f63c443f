package io.github.ratelimiter.bench.spring;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One allowed call of a bean's method with an annotation, which does nothing.
 *
 * <pre>java -jar bench-spring.jar MethodBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class MethodBenchmark {
  /** What limits calls. */
  @Param({"NONE", "BUCKET4J", "RESILIENCE4J", "OURS"})
  public Contender contender;

  private Application application;
  private Greeting greeting;

  /** Starts the application. */
  @Setup
  public void start() {
    application = Application.with(contender, Limits.NONE_IS_REFUSED);
    greeting = application.greeting();
  }

  /** Ends the application. */
  @TearDown
  public void stop() {
    application.close();
  }

  /**
   * Calls the method.
   *
   * @return its result
   */
  @Benchmark
  public String call() {
    return greeting.greet();
  }
}
