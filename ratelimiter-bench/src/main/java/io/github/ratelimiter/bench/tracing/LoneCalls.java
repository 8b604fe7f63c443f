package io.github.ratelimiter.bench.tracing;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.bench.report.Median;
import io.github.ratelimiter.bench.server.Server;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Blocking calls to Redis, one after another, of a limiter that is traced in one way. */
final class LoneCalls implements AutoCloseable {
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final String KEY = Server.keys("lone", 1).get(0);

  private final Tracing tracing;
  private final RateLimiter limiter;
  private final Context context;
  private final Histogram all = new Histogram(DIGITS);
  private final List<Double> medians = new ArrayList<>();

  LoneCalls(Tracing tracing, String uri) {
    this.tracing = tracing;
    this.limiter = RedisLimiters.plain(uri, Quota.SHARED_ALLOWED);
    this.context = tracing.start(limiter);
  }

  Tracing tracing() {
    return tracing;
  }

  /** Makes calls, and keeps their times as one round. */
  void round(int calls) {
    Histogram round = new Histogram(DIGITS);
    context.wrap(() -> call(calls, round)).run();
    medians.add(round.getValueAtPercentile(50) / NANOS_PER_MICRO);
    all.add(round);
  }

  private void call(int calls, Histogram times) {
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      boolean allowed = limiter.tryAcquire(KEY).allowed();
      times.recordValue(System.nanoTime() - start);
      if (!allowed) {
        throw new IllegalStateException("a call was refused");
      }
    }
  }

  /** Forgets the rounds so far. */
  void forget() {
    all.reset();
    medians.clear();
  }

  /** Returns a percentile over all rounds, in microseconds. */
  double micros(double percentile) {
    return all.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }

  /** Returns the ratio of the medians of each round, in ascending order. */
  double[] ratios(LoneCalls to) {
    double[] ratios = new double[medians.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = medians.get(i) / to.medians.get(i);
    }
    Arrays.sort(ratios);
    return ratios;
  }

  /** Returns the median of the ratios of each round. */
  double ratio(LoneCalls to) {
    return Median.of(ratios(to));
  }

  @Override
  public void close() {
    limiter.store().close();
  }
}
