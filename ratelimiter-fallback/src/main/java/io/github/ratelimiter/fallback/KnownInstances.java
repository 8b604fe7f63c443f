package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/*
 * The list of the store is not complete at all times. A server that was stopped, or that comes back
 * empty, lists only the instances that have called it since, for up to a heartbeat. Meanwhile other
 * instances still decide without it. And what an instance admitted during an outage counts even if
 * the instance has ended.
 *
 *   an instance that the store lists            is added immediately
 *   an instance that it does not list any more  is kept until the store has not listed it for five
 *                                               seconds, and has decided every request meanwhile
 *
 * So each instance knows a superset of those that decide without the store. That is enough: of n
 * instances, the one of rank r has ceil((limit - r) / n) permits. In a superset, n and r are not
 * less, so the instance has no more permits. All instances together admit at most the limit, even
 * while they know different instances.
 */
/**
 * The instances that share the store, as learned from the store. Limits are divided among them.
 * Thread-safe.
 */
final class KnownInstances {
  /** Time without a failure of the store after which an unlisted instance is removed. */
  static final long REMOVE_AFTER_MICROS = TimeUnit.SECONDS.toMicros(5);

  private static final long UPDATE_EVERY_MICROS = TimeUnit.MILLISECONDS.toMicros(100);

  private final FleetStore store;
  private final TimeSource time;

  /** For each instance that is kept although it is not listed, since when it is not listed. */
  private final Map<String, Long> unlisted = new HashMap<>();

  private volatile @Nullable Fleet current;
  private volatile @Nullable Fleet listed;

  /** Whether an instance is kept that is not listed. */
  private volatile boolean keepsUnlisted;

  private volatile long lastUpdate = Long.MIN_VALUE;

  /** When the store last failed to decide, or was not asked because of an outage. */
  private volatile long lastFailure = Long.MIN_VALUE;

  /**
   * Returns instances that are numbered from 0.
   *
   * @param index the number of this instance
   */
  static Fleet numbered(int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "instance is %d of %d; it must be at least 0 and less than the count"
              .formatted(index, count));
    }
    return new Fleet(
        Integer.toString(index), IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  KnownInstances(FleetStore store, TimeSource time) {
    this.store = store;
    this.time = time;
    // The first call makes this instance known to the others, before there is an outage.
    current();
  }

  /** Returns the instances; null if the store has not listed any. */
  @Nullable Fleet current() {
    update(time.nowMicros(), false);
    return current;
  }

  /** The store has decided a request. */
  void storeDecided(long now) {
    // Updates go on after the clock was set back.
    if (lastUpdate == Long.MIN_VALUE || Math.abs(now - lastUpdate) >= UPDATE_EVERY_MICROS) {
      lastUpdate = now;
      update(now, true);
    }
  }

  /** A request is decided without the store, or an outage has just ended. */
  void storeDidNotDecide() {
    lastFailure = time.nowMicros();
  }

  private void update(long now, boolean mayRemove) {
    Fleet next = store.fleet().orElse(null);
    if (next != null && (next != listed || (mayRemove && keepsUnlisted))) {
      synchronized (unlisted) {
        use(next, now, mayRemove);
      }
    }
  }

  private void use(Fleet next, long now, boolean mayRemove) {
    // The clock was set back.
    lastFailure = Math.min(lastFailure, now);
    TreeSet<String> names = new TreeSet<>(next.instances());
    unlisted.keySet().removeAll(names);
    Fleet before = current;
    if (before != null) {
      for (String name : before.instances()) {
        if (!names.contains(name) && !isGone(name, now, mayRemove)) {
          names.add(name);
        }
      }
    }
    listed = next;
    current = new Fleet(next.self(), names.stream().toList());
    keepsUnlisted = !unlisted.isEmpty();
  }

  /** Returns whether a name that is not listed is removed. */
  private boolean isGone(String name, long now, boolean mayRemove) {
    long since = Math.min(unlisted.getOrDefault(name, now), now);
    if (mayRemove && now - Math.max(since, lastFailure) >= REMOVE_AFTER_MICROS) {
      unlisted.remove(name);
      return true;
    }
    unlisted.put(name, since);
    return false;
  }
}
