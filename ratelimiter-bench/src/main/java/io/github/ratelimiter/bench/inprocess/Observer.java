package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.micrometer.RateLimiterMetrics;
import io.github.ratelimiter.observe.DecisionLog;
import io.github.ratelimiter.observe.KeyHash;
import io.github.ratelimiter.observe.TopLimitedKeys;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What observes a limiter. */
public enum Observer {
  /** Nothing. */
  NOTHING(limiter -> {}),

  /** Metrics in a registry for Prometheus. */
  METRICS(
      limiter ->
          new RateLimiterMetrics(limiter)
              .bindTo(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))),

  /** A listener that counts events. */
  LISTENER(Observer::listen),

  /** The keys that are limited most. */
  TOP_LIMITED_KEYS(limiter -> limiter.addObserver(TopLimitedKeys.create())),

  /** A log of refusals that writes nowhere. When it falls behind, it drops lines. */
  REFUSALS_LOG(
      limiter ->
          limiter.addObserver(
              DecisionLog.to(line -> {}).keys(KeyHash.random()).refusedOnly().build()));

  private final Consumer<RateLimiter> add;

  Observer(Consumer<RateLimiter> add) {
    this.add = add;
  }

  void observe(RateLimiter limiter) {
    add.accept(limiter);
  }

  private static void listen(RateLimiter limiter) {
    LongAdder events = new LongAdder();
    DecisionListener listener = event -> events.increment();
    limiter.addObserver(listener);
  }
}
