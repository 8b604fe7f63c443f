package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * The store's list cannot be taken as it is. A server that was stopped or comes back empty lists
 * nobody but those that it has heard since, for up to a heartbeat, while others still decide without
 * it; and what an instance that ended admitted during the outage was admitted all the same.
 *
 *   a name that the store lists              is added at once
 *   a name that it does not list any more    is kept until it was not listed for five seconds in
 *                                            which the store decided whatever it was asked
 *
 * So each instance has a superset of those that decide without the store, and this is enough: of n
 * instances the one of rank r has ceil((limit - r) / n) permits. In a superset neither n nor r is
 * less, so the instance has no more there, and what all have together is at most the limit, even
 * while they do not know of the same instances.
 */
/** The instances among which limits are divided, as learned from the store. Thread-safe. */
final class Members {
  /** How long the store must have decided without a failure before an instance is removed. */
  static final long CALM_MICROS = TimeUnit.SECONDS.toMicros(5);

  private static final long LOOK_EVERY_MICROS = TimeUnit.MILLISECONDS.toMicros(100);

  private final FleetStore store;
  private final TimeSource time;

  /** Since when an instance has not been listed, for those that are kept all the same. */
  private final Map<String, Long> unlisted = new HashMap<>();

  private volatile @Nullable Fleet kept;
  private volatile @Nullable Fleet listed;

  /** Whether one is kept that is not listed. */
  private volatile boolean keepsUnlisted;

  private volatile long lastLook = Long.MIN_VALUE;

  /** When the store last failed to decide, or was not asked. */
  private volatile long lastFailure = Long.MIN_VALUE;

  Members(FleetStore store, TimeSource time) {
    this.store = store;
    this.time = time;
    // The first question makes this instance known to the others, before there is an outage.
    kept();
  }

  /** The instances; null if none was ever listed. */
  @Nullable Fleet kept() {
    look(time.nowMicros(), false);
    return kept;
  }

  /** The store has decided a request. */
  void storeDecided(long now) {
    // A clock that is set back must not end the looking.
    if (lastLook == Long.MIN_VALUE || Math.abs(now - lastLook) >= LOOK_EVERY_MICROS) {
      lastLook = now;
      look(now, true);
    }
  }

  /** A request is decided without the store, or was until now. */
  void storeDidNotDecide() {
    lastFailure = time.nowMicros();
  }

  private void look(long now, boolean mayRemove) {
    Fleet next = store.fleet().orElse(null);
    if (next != null && (next != listed || (mayRemove && keepsUnlisted))) {
      synchronized (unlisted) {
        take(next, now, mayRemove);
      }
    }
  }

  private void take(Fleet next, long now, boolean mayRemove) {
    // The clock was set back.
    lastFailure = Math.min(lastFailure, now);
    TreeSet<String> names = new TreeSet<>(next.instances());
    unlisted.keySet().removeAll(names);
    Fleet before = kept;
    if (before != null) {
      for (String name : before.instances()) {
        if (!names.contains(name) && !isGone(name, now, mayRemove)) {
          names.add(name);
        }
      }
    }
    listed = next;
    kept = new Fleet(next.self(), names.stream().toList());
    keepsUnlisted = !unlisted.isEmpty();
  }

  /** Whether a name that is not listed is removed. */
  private boolean isGone(String name, long now, boolean mayRemove) {
    long since = Math.min(unlisted.getOrDefault(name, now), now);
    if (mayRemove && now - Math.max(since, lastFailure) >= CALM_MICROS) {
      unlisted.remove(name);
      return true;
    }
    unlisted.put(name, since);
    return false;
  }
}
