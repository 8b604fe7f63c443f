package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.simulation.ServerClock.Step;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Checks what each limit guarantees for every interval, on one log of uses. */
final class Bounds {
  private static final Comparator<Use> ORDER =
      Comparator.comparingLong(Use::at).thenComparingLong(Use::since);

  private final List<Use> uses;
  private final List<Step> steps;

  Bounds(List<Use> uses, List<Step> steps) {
    this.uses = uses.stream().sorted(ORDER).toList();
    this.steps = steps;
  }

  List<Use> uses() {
    return uses;
  }

  List<Step> steps() {
    return steps;
  }

  Set<Policy> versions() {
    Set<Policy> versions = new LinkedHashSet<>();
    uses.stream().filter(use -> use.permits() > 0).forEach(use -> versions.add(use.policy()));
    return versions;
  }

  /**
   * The permits that were granted and used between two refunds.
   *
   * @param bounds the bounds of these uses
   * @param free the permits that were refunded while permits were leased or reserved that were
   *     returned as well
   */
  record Stretch(Bounds bounds, long free) {}

  List<Stretch> betweenRefunds() {
    List<Use> refunds = uses.stream().filter(use -> use.permits() < 0).toList();
    List<Stretch> stretches = new ArrayList<>();
    stretches.add(grantedBetween(null, refunds));
    refunds.forEach(refund -> stretches.add(grantedBetween(refund, refunds)));
    return stretches;
  }

  private Stretch grantedBetween(@Nullable Use refund, List<Use> refunds) {
    long from = refund == null ? Long.MIN_VALUE : refund.since();
    long to = Long.MAX_VALUE;
    long free = 0;
    for (Use other : refunds) {
      if (other.since() > from) {
        to = Math.min(to, other.since());
      } else if (refund != null && other.until() > refund.at()) {
        free -= other.permits();
      }
    }
    long before = to;
    List<Use> granted =
        uses.stream()
            .filter(u -> u.permits() > 0 && u.since() > from && u.since() < before)
            .toList();
    return new Stretch(new Bounds(granted, steps), free);
  }

  static @Nullable BucketBound bucketOf(Limit limit) {
    return limit instanceof TokenBucket || limit instanceof LeakyBucket
        ? new BucketBound(limit.capacity(), limit.permits(), micros(limit))
        : null;
  }

  private static long micros(Limit limit) {
    return limit.period().toNanos() / 1_000;
  }

  /** Returns when the day begins in a zone that is an offset, in microseconds of a day in UTC. */
  static long midnight(CalendarWindow window) {
    return -((ZoneOffset) window.zone()).getTotalSeconds() * 1_000_000L;
  }

  /** The grants of one version stay within its own limits. */
  @Nullable String ofVersion(Policy version, long free) {
    return ofVersion(version, version.limits(), free);
  }

  /**
   * The same for limits of other versions.
   *
   * @param free permits that may be used in addition
   */
  @Nullable String ofVersion(Policy version, List<Limit> limits, long free) {
    Bounds own =
        new Bounds(
            uses.stream().filter(use -> use.permits() < 0 || use.policy().equals(version)).toList(),
            steps);
    for (Limit limit : limits) {
      BucketBound bucket = bucketOf(limit);
      Use excess =
          bucket == null
              ? own.exceeded(limit, free, use -> true, use -> 0)
              : new BucketBound(bucket.burst() + free, bucket.limit(), bucket.period())
                  .exceededBy(own.uses, Set.of(version));
      if (excess != null) {
        return limit.text() + (free > 0 ? " and " + free + " more" : "") + ", by " + excess;
      }
    }
    return null;
  }

  /** Returns the first use that exceeded a limit that is not a bucket. */
  @Nullable Use exceeded(Limit limit, long free, Predicate<Use> asked, ToLongFunction<Use> since) {
    long most = limit.permits() + free;
    if (limit instanceof SlidingLog) {
      return new LogBound(most, micros(limit)).exceededBy(uses, asked, since);
    }
    if (limit instanceof CalendarWindow window) {
      return new WindowBound(most, micros(limit), midnight(window), false)
          .exceededBy(uses, steps, asked, since);
    }
    WindowStart start =
        limit instanceof FixedWindow window ? window.start() : ((SlidingWindow) limit).start();
    // Windows from first use are known only by the first use. A period may overlap two of them.
    return start == WindowStart.FIRST_USE
        ? new LogBound(2 * most, micros(limit)).exceededBy(uses, asked, since)
        : new WindowBound(most, micros(limit), 0, limit instanceof SlidingWindow)
            .exceededBy(uses, steps, asked, since);
  }
}
