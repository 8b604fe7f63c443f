package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.StoreMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;

/**
 * Meters of a limiter and of its store: {@code new RateLimiterMetrics(limiter).bindTo(registry)}.
 * The names and tags are listed in {@code docs/operations/metrics.md}. Thread-safe.
 *
 * <p>A decision without I/O is counted, and nothing is allocated for it. A call that waits for I/O
 * or for permits is also timed. Events of the store are counted on its executor. If 10,000 of them
 * are waiting there, further ones are dropped, and their number is logged.
 *
 * <p>Limiters may share a registry. Their decisions under policies of the same name are counted
 * together, and the events of a store that they share are counted once. Limiters with different
 * stores of the same kind need a tag that tells them apart; see {@link
 * RateLimiterMetricsBuilder#tags}.
 */
public final class RateLimiterMetrics implements MeterBinder, AutoCloseable {
  private record Binding(
      MeterRegistry registry,
      RegistryMeters meters,
      DecisionObserver observer,
      List<StoreMeter> storeMeters) {}

  private final RateLimiter limiter;
  private final RateLimiterMetricsBuilder settings;
  private final List<Binding> bindings = new ArrayList<>();

  /**
   * Creates metrics with the default settings.
   *
   * @param limiter the limiter
   */
  public RateLimiterMetrics(RateLimiter limiter) {
    this(builder(limiter));
  }

  RateLimiterMetrics(RateLimiterMetricsBuilder settings) {
    this.limiter = settings.limiter;
    this.settings = settings.copy();
  }

  /**
   * Returns a builder of metrics.
   *
   * @param limiter the limiter
   * @return a new builder
   */
  public static RateLimiterMetricsBuilder builder(RateLimiter limiter) {
    return new RateLimiterMetricsBuilder(limiter);
  }

  /**
   * Registers the meters, and begins to count. Most meters are registered when their first event
   * happens. If this object is bound to the registry already, nothing happens.
   *
   * @param registry the registry
   */
  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    if (bindings.stream().anyMatch(binding -> binding.registry == registry)) {
      return;
    }
    RegistryMeters meters = RegistryMeters.bind(registry, settings.tags, settings.timeSource);
    DecisionObserver observer = new DecisionObserver(meters, settings);
    List<StoreMeter> storeMeters = limiter.store().meters();
    bindings.add(new Binding(registry, meters, observer, storeMeters));
    meters.storeMeters().add(storeMeters);
    limiter.store().addListener(meters);
    limiter.addObserver(observer);
  }

  /**
   * Ends counting. Removes the meters from the registries to which this object was bound, unless
   * another limiter uses them.
   */
  @Override
  public synchronized void close() {
    for (Binding binding : bindings) {
      limiter.removeObserver(binding.observer);
      limiter.store().removeListener(binding.meters);
      binding.meters.storeMeters().remove(binding.storeMeters);
      binding.meters.unbind();
    }
    bindings.clear();
  }

  @Override
  public String toString() {
    return "metrics of " + limiter;
  }
}
