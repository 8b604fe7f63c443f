package io.github.ratelimiter.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** The meters that were registered here, with common tags. Thread-safe. */
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

  private final MeterRegistry registry;
  private final Tags common;
  private final Queue<Meter> meters = new ConcurrentLinkedQueue<>();

  Registered(MeterRegistry registry, Tags common) {
    this.registry = registry;
    this.common = common;
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
  <T> void counterOf(
      String name,
      String description,
      String unit,
      Tags tags,
      T source,
      ToDoubleFunction<T> value) {
    meters.add(
        FunctionCounter.builder(name, source, value)
            .description(description)
            .baseUnit(unit.isEmpty() ? null : unit)
            .tags(common.and(tags))
            .register(registry));
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
    Meter gauge =
        Gauge.builder(name, source, value)
            .description(description)
            .baseUnit(unit.isEmpty() ? null : unit)
            .tags(common.and(tags))
            .register(registry);
    meters.add(gauge);
    return gauge;
  }

  /** Registers a counter for rare events. */
  Counter rareCounter(String name, String description, Tags tags) {
    Counter counter =
        Counter.builder(name).description(description).tags(common.and(tags)).register(registry);
    meters.add(counter);
    return counter;
  }

  Timer timer(String name, String description, Tags tags) {
    Timer timer =
        Timer.builder(name)
            .description(description)
            .tags(common.and(tags))
            .serviceLevelObjectives(BOUNDS)
            .register(registry);
    meters.add(timer);
    return timer;
  }

  DistributionSummary summary(String name, String description) {
    DistributionSummary summary =
        DistributionSummary.builder(name).description(description).tags(common).register(registry);
    meters.add(summary);
    return summary;
  }

  void remove(Meter meter) {
    meters.remove(meter);
    registry.remove(meter);
  }

  void removeAll() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
