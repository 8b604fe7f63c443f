package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.store.StoreMeter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stores and their wrappers tell about themselves. Several stores may have a number of the
 * same name: that of the store that was added first is shown, until it is removed. Thread-safe.
 */
final class StoreMeters {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiterMetrics.class);

  private final Registered registered;
  private final Map<String, Shown> byName = new HashMap<>();
  private final LimitedLog several = RegistryMeters.warning(LOG);
  private final LimitedLog unreadable = RegistryMeters.warning(LOG);

  StoreMeters(Registered registered) {
    this.registered = registered;
  }

  /** Adds the numbers of a store. A store that is added several times is removed as many times. */
  synchronized void add(List<StoreMeter> ofStore) {
    for (StoreMeter meter : ofStore) {
      Shown shown = byName.get(meter.name());
      if (shown == null) {
        byName.put(meter.name(), new Shown(meter));
      } else {
        shown.add(meter);
      }
    }
  }

  synchronized void remove(List<StoreMeter> ofStore) {
    for (StoreMeter meter : ofStore) {
      Shown shown = byName.get(meter.name());
      if (shown != null && shown.remove(meter)) {
        byName.remove(meter.name());
      }
    }
  }

  /** The numbers of one name. */
  private final class Shown {
    private final List<StoreMeter> all = new CopyOnWriteArrayList<>();
    private final Meter meter;

    Shown(StoreMeter first) {
      all.add(first);
      String name = "rate.limiter." + first.name();
      meter =
          first.kind() == StoreMeter.Kind.COUNTER
              ? registered.counterOf(
                  name, first.description(), first.unit(), Tags.empty(), this, Shown::count)
              : registered.gaugeOf(
                  name, first.description(), first.unit(), Tags.empty(), this, Shown::value);
    }

    void add(StoreMeter further) {
      if (all.stream().noneMatch(known -> known == further)) {
        several
            .event()
            .addKeyValue("meter", further.name())
            .log(
                "Two stores have meter {}; only the first is shown. Give the metrics of their"
                    + " limiters different tags",
                further.name());
      }
      all.add(further);
    }

    /** Returns whether none is left. */
    boolean remove(StoreMeter one) {
      all.remove(one);
      if (all.isEmpty()) {
        registered.remove(meter);
      }
      return all.isEmpty();
    }

    /** Registries refuse a counter below 0, and the whole scrape with it. */
    double count() {
      double count = value();
      return count < 0 ? Double.NaN : count;
    }

    double value() {
      return all.stream().findFirst().map(this::read).orElse(Double.NaN);
    }

    private double read(StoreMeter first) {
      try {
        return first.value().getAsDouble();
      } catch (Throwable e) {
        unreadable
            .event()
            .addKeyValue("meter", first.name())
            .setCause(Keyless.stack(e))
            .log("Meter {} of a store could not be read; its value is NaN", first.name());
        return Double.NaN;
      }
    }
  }
}
