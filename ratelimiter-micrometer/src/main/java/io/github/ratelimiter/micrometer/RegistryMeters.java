package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreListener;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The meters of one registry with the same common tags. All limiters that are bound to the registry
 * share them: a registry has only one meter of a name with the same tags, and a store with several
 * limiters notifies a listener only once. Thread-safe.
 */
final class RegistryMeters implements StoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiterMetrics.class);
  private static final int MAXIMUM_POLICIES = 10_000;

  /**
   * Meters that were bound.
   *
   * @param ids those that are in the registry
   */
  private record Bound(WeakReference<RegistryMeters> meters, Set<Meter.Id> ids) {}

  /** Keeps neither the registries nor their meters from being collected as garbage. */
  private static final Map<MeterRegistry, Map<Tags, Bound>> ALL = new WeakHashMap<>();

  private record Name(String policy, Tags customTags) {}

  private final Registered registered;
  private final StoreEventMeters events;
  private final LimitsInForce limits;
  private final TimeSource time;
  private final ConcurrentMap<Name, DecisionMeters> decisions = new ConcurrentHashMap<>();
  private final StoreMeters storeMeters;
  private final AtomicBoolean overflowed = new AtomicBoolean();
  private int bindings;

  private RegistryMeters(Registered registered, TimeSource time) {
    this.registered = registered;
    this.events = new StoreEventMeters(registered);
    this.limits = new LimitsInForce(registered, time);
    this.storeMeters = new StoreMeters(registered);
    this.time = time;
  }

  /** Returns a warning that is logged at most once a minute. */
  static LimitedLog warning(Logger log) {
    return new LimitedLog(log, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  }

  /** Returns the meters of a registry; they are removed after as many calls of {@link #unbind}. */
  static RegistryMeters bind(MeterRegistry registry, Tags common, TimeSource time) {
    synchronized (ALL) {
      Map<Tags, Bound> byTags = ALL.computeIfAbsent(registry, r -> new HashMap<>());
      Bound bound = byTags.get(common);
      RegistryMeters found = bound == null ? null : bound.meters.get();
      if (found == null) {
        if (bound != null) {
          // The limiters were collected as garbage, and nobody adds to these meters any more.
          bound.ids.forEach(registry::remove);
        }
        Set<Meter.Id> ids = ConcurrentHashMap.newKeySet();
        found = new RegistryMeters(new Registered(registry, common, ids), time);
        byTags.put(common, new Bound(new WeakReference<>(found), ids));
      }
      found.bindings++;
      return found;
    }
  }

  void unbind() {
    synchronized (ALL) {
      bindings--;
      if (bindings == 0) {
        ALL.values()
            .forEach(byTags -> byTags.values().removeIf(each -> each.meters.refersTo(this)));
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
    if (decisions.size() < MAXIMUM_POLICIES) {
      return decisions.computeIfAbsent(name, added -> decisionMeters(added, usage));
    }
    if (overflowed.compareAndSet(false, true)) {
      LOG.atWarn()
          .addKeyValue("policies", MAXIMUM_POLICIES)
          .log(
              "There are meters of {} policies and custom tags; further ones are counted as policy"
                  + " '{}'",
              MAXIMUM_POLICIES,
              CustomTags.OTHER);
    }
    return decisions.computeIfAbsent(other(name), other -> decisionMeters(other, false));
  }

  /** Has the same tags as the name, because all meters of a name should have the same ones. */
  private static Name other(Name name) {
    List<Tag> tags = new ArrayList<>();
    name.customTags.forEach(tag -> tags.add(Tag.of(tag.getKey(), CustomTags.OTHER)));
    return new Name(CustomTags.OTHER, Tags.of(tags));
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

  /** Returns what the stores and their wrappers tell about themselves. */
  StoreMeters storeMeters() {
    return storeMeters;
  }

  @Override
  public void onEvent(StoreEvent event) {
    events.count(event);
  }
}
