package io.github.ratelimiter.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The meters that were registered here, with common tags. What is registered after {@link
 * #removeAll} is read by nobody: calls that began before end later. Thread-safe.
 */
final class Registered {
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1)
  };

  private MeterRegistry registry;
  private final Tags common;
  private final Set<Meter.Id> ids;

  /**
   * Creates an object without meters.
   *
   * @param ids gets the IDs of the meters; thread-safe
   */
  Registered(MeterRegistry registry, Tags common, Set<Meter.Id> ids) {
    this.registry = registry;
    this.common = common;
    this.ids = ids;
  }

  private synchronized <M extends Meter> M register(Function<MeterRegistry, M> registration) {
    M meter = registration.apply(registry);
    ids.add(meter.getId());
    return meter;
  }

  /**
   * Registers a counter that reads what is added here: cheaper than most counters of registries.
   */
  LongAdder counter(String name, String description, Tags tags) {
    LongAdder added = new LongAdder();
    counter(name, description, tags, added);
    return added;
  }

  /** Registers a further counter of what is added. */
  void counter(String name, String description, Tags tags, LongAdder added) {
    counterOf(name, description, "", tags, added, LongAdder::sum);
  }

  /**
   * Registers a counter that reads a number.
   *
   * @param source is not kept from being collected as garbage
   */
  <T> Meter counterOf(
      String name,
      String description,
      String unit,
      Tags tags,
      T source,
      ToDoubleFunction<T> value) {
    return register(
        FunctionCounter.builder(name, source, value)
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(common.and(tags))
            ::register);
  }

  /**
   * Registers a gauge that reads a number.
   *
   * @param source is not kept from being collected as garbage
   */
  <T> Meter gaugeOf(
      String name,
      String description,
      String unit,
      Tags tags,
      T source,
      ToDoubleFunction<T> value) {
    return register(
        Gauge.builder(name, source, value)
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(common.and(tags))
            ::register);
  }

  /** Registers a counter for rare events. */
  Counter rareCounter(String name, String description, Tags tags) {
    return register(
        Counter.builder(name).description(description).tags(common.and(tags))::register);
  }

  Timer timer(String name, String description, Tags tags) {
    return register(
        Timer.builder(name)
                .description(description)
                .tags(common.and(tags))
                .serviceLevelObjectives(BOUNDS)
            ::register);
  }

  DistributionSummary summary(String name, String description) {
    return register(
        DistributionSummary.builder(name).description(description).tags(common)::register);
  }

  synchronized void remove(Meter meter) {
    ids.remove(meter.getId());
    registry.remove(meter);
  }

  synchronized void removeAll() {
    ids.forEach(registry::remove);
    ids.clear();
    registry = new CompositeMeterRegistry();
  }
}
