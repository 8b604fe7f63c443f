package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.simulation.Bounds.Stretch;
import io.github.ratelimiter.simulation.Creations.Creation;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks what several versions of a policy guarantee together. Buckets: the largest burst and the
 * largest rate of the granting versions are not exceeded. Windows and logs: one that ends with a
 * grant under a version holds no more than the limit of that version.
 */
final class VersionBounds {
  private final Bounds bounds;
  private final Creations creations;
  private final List<Policy> versions;

  VersionBounds(Bounds bounds, List<Executed> executed) {
    this.bounds = bounds;
    this.creations = new Creations(executed, bounds.steps());
    this.versions = List.copyOf(bounds.versions());
  }

  @Nullable String exceeded() {
    for (Policy version : versions) {
      for (Limit limit : version.limits()) {
        String excess = exceeded(limit);
        if (excess != null) {
          return excess;
        }
      }
    }
    for (int set = 1; set < 1 << versions.size(); set++) {
      String excess = Integer.bitCount(set) < 2 ? null : together(set, 0, null, new HashSet<>());
      if (excess != null) {
        return excess;
      }
    }
    return null;
  }

  /** A lease is granted before its use, so it cannot include what others granted in between. */
  private @Nullable String exceeded(Limit limit) {
    if (!isCountedTogether(limit)) {
      return null;
    }
    for (Stretch stretch : bounds.betweenRefunds()) {
      Use excess =
          stretch
              .bounds()
              .exceeded(
                  limit,
                  stretch.free(),
                  use -> use.source() == Source.STORE && use.policy().limits().contains(limit),
                  use -> createdBefore(limit, use));
      if (excess != null) {
        return limit.text() + " with all versions, by " + excess;
      }
    }
    return null;
  }

  /** Returns the order of the request that created the counter of a use. */
  private long createdBefore(Limit limit, Use use) {
    Creation last = creations.lastOf(limit, use.since());
    return last == null ? 0 : last.order();
  }

  /**
   * Returns whether a limit is a window or a log that counts the grants of all versions. The log
   * does not show when a window from first use began. Grants of other versions raise a sliding
   * window at most to its limit, from which it decays.
   */
  private static boolean isCountedTogether(Limit limit) {
    return limit instanceof SlidingLog
        || limit instanceof CalendarWindow
        || (limit instanceof FixedWindow window && window.start() == WindowStart.EPOCH);
  }

  /** Checks every choice of one bucket of each version in a set. */
  private @Nullable String together(
      int set, int next, @Nullable BucketBound bound, Set<Limit> chosen) {
    if (next == versions.size()) {
      return bound == null ? null : exceeded(bound, set, chosen);
    }
    if ((set >> next & 1) == 0) {
      return together(set, next + 1, bound, chosen);
    }
    for (Limit limit : versions.get(next).limits()) {
      BucketBound bucket = Bounds.bucketOf(limit);
      if (bucket != null) {
        Set<Limit> with = new HashSet<>(chosen);
        with.add(limit);
        String excess = together(set, next + 1, bound == null ? bucket : bound.or(bucket), with);
        if (excess != null) {
          return excess;
        }
      }
    }
    return null;
  }

  private @Nullable String exceeded(BucketBound bound, int set, Set<Limit> chosen) {
    Set<Policy> some = new HashSet<>(versions);
    some.removeIf(version -> (set >> versions.indexOf(version) & 1) == 0);
    Use excess =
        creations
            .stretches(chosen, bounds.uses())
            .map(uses -> bound.exceededBy(uses, some))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseGet(() -> exceededOverall(bound, some, chosen));
    return excess == null ? null : bound + " of " + some + " together, by " + excess;
  }

  /**
   * If counters were created in the interval, the rates of the counters from which they may have
   * started count as well.
   */
  private @Nullable Use exceededOverall(BucketBound bound, Set<Policy> some, Set<Limit> chosen) {
    Set<Limit> all = creations.withSources(chosen);
    BucketBound fastest = bound;
    for (Limit limit : all) {
      fastest = fastest.withRateOf(Objects.requireNonNull(Bounds.bucketOf(limit)));
    }
    return fastest.exceededBy(
        bounds.uses(), some, creations.byOrder(all, chosen), creations.byInstant(all, chosen));
  }
}
