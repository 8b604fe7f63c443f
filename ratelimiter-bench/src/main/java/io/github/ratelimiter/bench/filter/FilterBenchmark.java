package io.github.ratelimiter.bench.filter;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * One allowed request through a filter, with a request, a response and a chain that do nothing.
 *
 * <pre>java -jar bench.jar jmh FilterBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class FilterBenchmark {
  /** The filter. */
  @Param public FilterContender contender = FilterContender.NONE;

  private Filter filter = FilterContender.NONE.filter();
  private final StubResponse response = new StubResponse();
  private final FilterChain chain = (request, response) -> {};

  /** Creates the filter. */
  @Setup
  public void create() {
    filter = contender.filter();
  }

  /**
   * Passes a request through the filter.
   *
   * @return the response
   * @throws IOException never
   * @throws ServletException never
   */
  @Benchmark
  public Object request() throws IOException, ServletException {
    filter.doFilter(new StubRequest(), response, chain);
    return response;
  }
}
