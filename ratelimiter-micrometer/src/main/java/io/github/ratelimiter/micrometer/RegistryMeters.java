package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.store.StoreMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of one registry with the same common tags. All limiters that are bound to the registry
 * share them: a registry has only one meter of a name with the same tags, and a store with several
 * limiters notifies a listener only once. Thread-safe.
 */
final class RegistryMeters implements StoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiterMetrics.class);
  private static final int MAXIMUM_POLICIES = 10_000;
  private static final String OTHER = "other";

  /** Keeps neither the registries nor their meters from being collected as garbage. */
  private static final Map<MeterRegistry, Map<Tags, WeakReference<RegistryMeters>>> ALL =
      new WeakHashMap<>();

  private record Name(String policy, Tags customTags) {}

  private final Registered registered;
  private final StoreEventMeters events;
  private final LimitsInForce limits;
  private final TimeSource time;
  private final ConcurrentMap<Name, DecisionMeters> decisions = new ConcurrentHashMap<>();
  private final Map<String, StoreMeter> storeMeters = new HashMap<>();
  private final AtomicBoolean overflowed = new AtomicBoolean();
  private int bindings;

  private RegistryMeters(MeterRegistry registry, Tags common, TimeSource time) {
    this.registered = new Registered(registry, common);
    this.events = new StoreEventMeters(registered);
    this.limits = new LimitsInForce(registered, time);
    this.time = time;
  }

  /** Returns the meters of a registry; they are removed after as many calls of {@link #unbind}. */
  static RegistryMeters bind(MeterRegistry registry, Tags common, TimeSource time) {
    synchronized (ALL) {
      Map<Tags, WeakReference<RegistryMeters>> byTags =
          ALL.computeIfAbsent(registry, r -> new HashMap<>());
      RegistryMeters found = known(byTags.get(common));
      if (found == null) {
        found = new RegistryMeters(registry, common, time);
        byTags.put(common, new WeakReference<>(found));
      }
      found.bindings++;
      return found;
    }
  }

  private static @Nullable RegistryMeters known(@Nullable WeakReference<RegistryMeters> weak) {
    RegistryMeters found = weak == null ? null : weak.get();
    return found == null || found.bindings == 0 ? null : found;
  }

  void unbind() {
    synchronized (ALL) {
      bindings--;
      if (bindings == 0) {
        limits.close();
        registered.removeAll();
      }
    }
  }

  LimitsInForce limits() {
    return limits;
  }

  /** Returns the meters of the decisions under the policies of one name. */
  DecisionMeters decisions(Policy policy, Tags customTags, boolean usage) {
    Name name = new Name(policy.name(), customTags);
    DecisionMeters known = decisions.get(name);
    return known != null ? known : add(name, usage);
  }

  private DecisionMeters add(Name name, boolean usage) {
    if (decisions.size() >= MAXIMUM_POLICIES && !name.policy.equals(OTHER)) {
      if (overflowed.compareAndSet(false, true)) {
        LOG.warn(
            "There are meters of {} policies and custom tags; further ones are counted as policy"
                + " '{}'",
            MAXIMUM_POLICIES,
            OTHER);
      }
      return decisions.computeIfAbsent(
          new Name(OTHER, Tags.empty()), other -> decisionMeters(other, false));
    }
    return decisions.computeIfAbsent(name, added -> decisionMeters(added, usage));
  }

  private DecisionMeters decisionMeters(Name name, boolean usage) {
    Tags tags = Tags.of("policy", name.policy).and(name.customTags);
    HighestUsage highest = usage ? new HighestUsage(time) : null;
    if (highest != null) {
      registered.gaugeOf(
          "rate.limiter.usage.percentage",
          "The highest usage of a limit in the last one to two minutes, in percent",
          "",
          tags,
          highest,
          HighestUsage::percent);
    }
    return new DecisionMeters(registered, tags, highest);
  }

  /** Registers what a store and its wrappers tell about themselves. */
  synchronized void storeMeters(List<StoreMeter> meters) {
    for (StoreMeter meter : meters) {
      StoreMeter known = storeMeters.putIfAbsent(meter.name(), meter);
      if (known == null) {
        register(meter);
      } else if (known != meter) {
        LOG.warn(
            "Two stores have meter {}; only the first is registered. Give the metrics of their"
                + " limiters different tags",
            meter.name());
      }
    }
  }

  private void register(StoreMeter meter) {
    String name = "rate.limiter." + meter.name();
    if (meter.kind() == StoreMeter.Kind.COUNTER) {
      registered.counterOf(
          name, meter.description(), meter.unit(), Tags.empty(), meter, RegistryMeters::read);
    } else {
      registered.gaugeOf(
          name, meter.description(), meter.unit(), Tags.empty(), meter, RegistryMeters::read);
    }
  }

  private static double read(StoreMeter meter) {
    return meter.value().getAsDouble();
  }

  @Override
  public void onEvent(StoreEvent event) {
    events.count(event);
  }
}
