package io.github.ratelimiter.server.database;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Metrics of the database of rules. */
public final class DatabaseMetrics implements MeterBinder {
  private final SharedRules rules;

  /** Creates metrics. */
  public DatabaseMetrics(SharedRules rules) {
    this.rules = rules;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder(
            "rate.limiter.rules.database.connected", rules, each -> each.isConnected() ? 1 : 0)
        .description("1 if the database of rules can be read, otherwise 0.")
        .register(registry);
    FunctionCounter.builder("rate.limiter.rules.database.failures", rules, SharedRules::failures)
        .description("Attempts to read the database of rules that failed.")
        .register(registry);
  }
}
