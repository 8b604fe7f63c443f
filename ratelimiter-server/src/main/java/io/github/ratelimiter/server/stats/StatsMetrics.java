package io.github.ratelimiter.server.stats;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Metrics of the statistics: what they could not count. */
public final class StatsMetrics implements MeterBinder {
  private final Statistics statistics;

  /** Creates metrics. */
  public StatsMetrics(Statistics statistics) {
    this.statistics = statistics;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("rate.limiter.statistics.dropped", statistics, Statistics::dropped)
        .description("Checks that are not in the statistics.")
        .register(registry);
    Gauge.builder("rate.limiter.statistics.waiting", statistics, Statistics::waiting)
        .description("Minutes that are not stored in PostgreSQL yet.")
        .register(registry);
  }
}
