package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** Observers of a limiter. */
public enum Observer {
  /** Nobody. */
  NOBODY {
    @Override
    void observe(RateLimiter limiter) {}
  },

  /** Metrics in a registry for Prometheus. */
  METRICS {
    @Override
    void observe(RateLimiter limiter) {
      new RateLimiterMetrics(limiter).bindTo(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }
  },

  /** A listener that counts the events. */
  LISTENER {
    @Override
    void observe(RateLimiter limiter) {
      LongAdder events = new LongAdder();
      limiter.addObserver((DecisionListener) event -> events.increment());
    }
  };

  abstract void observe(RateLimiter limiter);
}
