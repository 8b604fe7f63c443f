package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Meters of rules: the version in force, and how often rules were rejected. Requests by rule are
 * counted by {@link RateLimiterMetrics} of {@code rules.limiter()}; the tag {@code policy} is the
 * ID of the rule. The module {@code ratelimiter-rules} is needed. Thread-safe.
 *
 * <pre>{@code
 * new RulesMetrics(rules).bindTo(registry);
 * new RateLimiterMetrics(rules.limiter()).bindTo(registry);
 * }</pre>
 */
public final class RulesMetrics implements MeterBinder, AutoCloseable {
  private final Rules rules;
  private final LongAdder rejected = new LongAdder();
  private final LongAdder bans = new LongAdder();
  private final RulesListener listener = new Events();
  private final Map<Meter, MeterRegistry> meters = new ConcurrentHashMap<>();

  /**
   * Creates metrics, and begins to count.
   *
   * @param rules the rules
   */
  public RulesMetrics(Rules rules) {
    this.rules = rules;
    rules.addListener(listener);
  }

  /**
   * Registers the meters.
   *
   * @param registry the registry
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    meters.put(
        Gauge.builder("rate.limiter.rules.version", rules, each -> each.version().number())
            .description("The number of the version of the rules in force")
            .register(registry),
        registry);
    meters.put(
        Gauge.builder("rate.limiter.rules.shadowed", rules, each -> each.isShadowed() ? 1 : 0)
            .description("1 while all rules are in shadow, so that nothing is refused")
            .register(registry),
        registry);
    meters.put(
        FunctionCounter.builder("rate.limiter.rules.rejected", rejected, LongAdder::sum)
            .description("Rules that could not be read, for example files with mistakes")
            .register(registry),
        registry);
    meters.put(
        FunctionCounter.builder("rate.limiter.rules.bans", bans, LongAdder::sum)
            .description("Keys that this process has banned")
            .register(registry),
        registry);
  }

  /** Ends counting, and removes the meters from all registries. */
  @Override
  public void close() {
    rules.removeListener(listener);
    meters.forEach((meter, registry) -> registry.remove(meter));
    meters.clear();
  }

  @Override
  public String toString() {
    return "metrics of rules";
  }

  private final class Events implements RulesListener {
    @Override
    public void rejected(RuntimeException reason) {
      rejected.increment();
    }

    @Override
    public void banned(String rule, String key, Duration duration) {
      bans.increment();
    }
  }
}
