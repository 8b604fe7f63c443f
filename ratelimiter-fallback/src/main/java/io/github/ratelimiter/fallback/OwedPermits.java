package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Permits that were admitted here, for each limit. A request can take a number of permits of its
 * own of each limit of its version of the policy. For another version, the largest of these numbers
 * counts, because its limits may count anything. Not thread-safe.
 */
final class OwedPermits {
  /** The permits of a limit of a version that is not in the map. */
  private long most;

  /** The versions with limits that do not all have {@link #most}. */
  private final Map<Policy, long[]> ofLimits = new HashMap<>();

  /** Returns the permits of the limit that has the most. */
  long most() {
    return most;
  }

  /** Returns the permits of a limit. */
  long of(Policy version, int limit) {
    long[] permits = ofLimits.get(version);
    return permits == null ? most : permits[limit];
  }

  /** Adds the permits of each limit of a version. */
  void add(Policy version, List<Long> permits) {
    // No limit counts more.
    List<Long> added = permits.stream().map(some -> Math.min(some, Domain.MAX_PERMITS)).toList();
    change(version, added, Collections.max(added));
  }

  /** Adds permits that were removed before. */
  void addAll(OwedPermits others) {
    others.ofLimits.keySet().forEach(this::limitsOf);
    ofLimits.forEach(
        (version, permits) -> Arrays.setAll(permits, i -> permits[i] + others.of(version, i)));
    most += others.most;
  }

  /**
   * Removes the permits of each limit of a version, as far as there are so many.
   *
   * @return how many were removed of all limits
   */
  long remove(Policy version, List<Long> permits) {
    long removed = Math.min(most, Collections.min(permits));
    change(version, permits.stream().map(some -> -some).toList(), -removed);
    return removed;
  }

  private void change(Policy version, List<Long> permits, long ofOthers) {
    if (Collections.min(permits) < Collections.max(permits)) {
      limitsOf(version);
    }
    ofLimits.forEach(
        (other, counted) ->
            Arrays.setAll(
                counted,
                i ->
                    Math.max(counted[i] + (other.equals(version) ? permits.get(i) : ofOthers), 0)));
    most += ofOthers;
  }

  private long[] limitsOf(Policy version) {
    return ofLimits.computeIfAbsent(
        version,
        added -> {
          long[] permits = new long[added.limits().size()];
          Arrays.fill(permits, most);
          return permits;
        });
  }

  /** Counts the largest number for a version again. It will not be asked for. */
  void forget(Policy version) {
    ofLimits.remove(version);
  }
}
