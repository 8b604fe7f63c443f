package io.github.ratelimiter.simulation;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.simulation.LeastUsed.Instant;
import io.github.ratelimiter.simulation.ServerClock.Step;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The creations of counters in a state, as far as the requests show them: counters of a version
 * that is new to the state, and counters that may have become full and been removed.
 */
final class Creations {
  /**
   * The creation of a counter.
   *
   * @param order the order of the request that created it
   * @param known the limits that the state had before
   */
  record Creation(Limit limit, long order, long at, List<Limit> known) {
    /**
     * Returns what the counter may have had left beyond the counter from which it started: one of
     * the same kind, or any that counts.
     */
    long allows(Set<Limit> counted) {
      long smallest = limit.capacity();
      for (Limit other : known) {
        if (counted.contains(other) || isSameKind(limit, other)) {
          smallest = Math.min(smallest, other.capacity());
        }
      }
      return limit.capacity() - smallest;
    }
  }

  private final List<Step> steps;
  private final Map<Limit, LeastUsed> present = new HashMap<>();
  private final Set<Limit> known = new LinkedHashSet<>();
  private final List<Creation> creations = new ArrayList<>();

  /** The latest instant that the server's clock has shown. */
  private long latest = Long.MIN_VALUE;

  Creations(List<Executed> executed, List<Step> steps) {
    this.steps = steps;
    executed.forEach(this::follow);
  }

  private void follow(Executed one) {
    if (one.request() instanceof Request.Peek) {
      return;
    }
    List<Limit> asked = one.request().policy().limits();
    Instant now = new Instant(one.at(), latestUntil(one));
    present.entrySet().removeIf(e -> !asked.contains(e.getKey()) && e.getValue().isNothing(now));
    long back = one.givenBack();
    if (back > 0) {
      present.values().forEach(counter -> counter.giveBack(now, back));
    }
    long permits = one.granted();
    if (permits > 0) {
      for (Limit limit : asked) {
        if (!present.containsKey(limit)) {
          creations.add(new Creation(limit, one.order(), one.at(), List.copyOf(known)));
          present.put(limit, new LeastUsed(limit, now));
        }
      }
      Instant window = new Instant(one.at(), one.serverAt());
      present.values().forEach(counter -> counter.isNothing(now));
      present.values().forEach(counter -> counter.take(window, permits));
    }
    // A refusal may also have created counters, from the usage of other counters.
    known.addAll(asked);
  }

  /** A window that the clock has left may have been removed, even if the clock comes back to it. */
  private long latestUntil(Executed one) {
    latest = Math.max(latest, one.serverAt());
    for (Step step : steps) {
      latest = step.at() <= one.at() ? Math.max(latest, step.from()) : latest;
    }
    return latest;
  }

  private static boolean isSameKind(Limit limit, Limit other) {
    if (limit instanceof CalendarWindow window && other instanceof CalendarWindow another) {
      return window.zone().equals(another.zone()) && window.unit() == another.unit();
    }
    return limit.getClass() == other.getClass() && limit.period().equals(other.period());
  }

  /** Returns the last creation of a counter by the request with an order or an earlier one. */
  @Nullable Creation lastOf(Limit limit, long order) {
    Creation last = null;
    for (Creation creation : creations) {
      last = creation.limit.equals(limit) && creation.order <= order ? creation : last;
    }
    return last;
  }

  /** Returns these limits, and those from which their counters may have started. */
  Set<Limit> withSources(Set<Limit> limits) {
    Set<Limit> all = new LinkedHashSet<>(limits);
    for (Limit other : known) {
      if (limits.stream().anyMatch(limit -> isSameKind(limit, other))) {
        all.add(other);
      }
    }
    return all;
  }

  /**
   * Returns what the creations of some counters allow, by the order of their requests.
   *
   * @param counted the limits of the bound
   */
  Sums byOrder(Set<Limit> limits, Set<Limit> counted) {
    return Sums.of(of(limits), Creation::order, creation -> creation.allows(counted));
  }

  /** Returns the same by their instants. */
  Sums byInstant(Set<Limit> limits, Set<Limit> counted) {
    return Sums.of(of(limits), Creation::at, creation -> creation.allows(counted));
  }

  private List<Creation> of(Set<Limit> limits) {
    return creations.stream().filter(creation -> limits.contains(creation.limit)).toList();
  }

  /** Returns the uses between consecutive creations of these counters. */
  Stream<List<Use>> stretches(Set<Limit> limits, List<Use> uses) {
    List<Creation> some = of(limits);
    Stream.Builder<List<Use>> stretches = Stream.builder();
    for (int i = 0; i < some.size(); i++) {
      long from = some.get(i).order;
      long to = i + 1 < some.size() ? some.get(i + 1).at : Long.MAX_VALUE;
      stretches.add(
          uses.stream()
              .filter(use -> use.permits() < 0 || (use.since() >= from && use.at() < to))
              .toList());
    }
    return stretches.build();
  }

  static boolean areSeveral(List<Executed> executed) {
    Policy first = executed.isEmpty() ? null : executed.get(0).request().policy();
    return executed.stream().anyMatch(one -> !one.request().policy().equals(first));
  }
}
