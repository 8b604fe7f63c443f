package io.github.ratelimiter.bench.spring;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/**
 * One allowed request through the filter of an application, with a chain that does nothing. The
 * request and the response are made for each, which NONE measures.
 *
 * <pre>java -jar bench-spring.jar RequestBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class RequestBenchmark {
  /** What limits requests. */
  @Param({"NONE", "BUCKET4J", "OURS", "OURS_NO_HEADERS"})
  public Contender contender;

  private final FilterChain chain = (request, response) -> {};
  private Application application;
  private Filter filter;

  /** Starts the application. */
  @Setup
  public void start() {
    application = Application.with(contender, Limits.NONE_IS_REFUSED);
    filter = application.filter(contender);
  }

  /** Ends the application. */
  @TearDown
  public void stop() {
    application.close();
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
    MockHttpServletResponse response = new MockHttpServletResponse();
    filter.doFilter(new MockHttpServletRequest("GET", "/hello"), response, chain);
    return response;
  }
}
