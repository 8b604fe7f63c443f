package io.github.ratelimiter.bench.tracing;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.bench.report.RoundTimes;
import io.github.ratelimiter.bench.server.Server;
import io.opentelemetry.context.Context;
import org.HdrHistogram.Histogram;

/** Blocking calls to Redis, one after another, of a limiter that is traced in one way. */
final class LoneCalls implements AutoCloseable {
  private static final int DIGITS = 3;
  private static final String KEY = Server.keys("lone", 1).get(0);

  private final RateLimiter limiter;
  private final Context context;
  private final RoundTimes times;

  LoneCalls(Tracing tracing, String uri) {
    this.limiter = RedisLimiters.plain(uri, Quota.SHARED_ALLOWED);
    this.context = tracing.start(limiter);
    this.times = new RoundTimes(tracing.text());
  }

  RoundTimes times() {
    return times;
  }

  /** Makes calls, and keeps their times as one round. */
  void round(int calls) {
    Histogram round = new Histogram(DIGITS);
    context.wrap(() -> call(calls, round)).run();
    times.add(round);
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

  @Override
  public void close() {
    limiter.store().close();
  }
}
