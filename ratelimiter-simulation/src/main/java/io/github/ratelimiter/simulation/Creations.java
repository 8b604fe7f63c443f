package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When counters were created in a state, as far as it can be told from what was asked: those of a
 * version that it has not seen, and those that may have been full again meanwhile and have left.
 */
final class Creations {
  /** What may be granted more for counters that were created. */
  interface Allowance {
    Allowance NONE =
        new Allowance() {
          @Override
          public long before(long at) {
            return 0;
          }

          @Override
          public long until(long at) {
            return 0;
          }
        };

    long before(long at);

    long until(long at);
  }

  private record Creation(long at, long allowed) {}

  private final Map<Limit, List<Creation>> creations = new HashMap<>();
  private final Map<Limit, LeastUsed> present = new HashMap<>();
  private final Set<Limit> known = new HashSet<>();

  private Creations() {}

  static Creations of(List<Executed> executed) {
    Creations creations = new Creations();
    executed.forEach(creations::follow);
    return creations;
  }

  private void follow(Executed one) {
    if (one.request() instanceof Request.Peek) {
      return;
    }
    List<Limit> asked = one.request().policy().limits();
    long at = one.at();
    present.entrySet().removeIf(e -> !asked.contains(e.getKey()) && e.getValue().isNothing(at));
    long back = one.givenBack();
    if (back > 0) {
      present.values().forEach(counter -> counter.giveBack(at, back));
    }
    long permits = one.granted();
    if (permits > 0) {
      for (Limit limit : asked) {
        if (!present.containsKey(limit)) {
          create(limit, at);
        }
      }
      present.values().forEach(counter -> counter.take(at, permits));
    }
    // A refusal may have created counters as well, from what others knew was used.
    known.addAll(asked);
  }

  private void create(Limit limit, long at) {
    long smallest = limit.capacity();
    for (Limit other : known) {
      smallest = other.equals(limit) ? smallest : Math.min(smallest, other.capacity());
    }
    creations
        .computeIfAbsent(limit, l -> new ArrayList<>())
        .add(new Creation(at, limit.capacity() - smallest));
    present.put(limit, new LeastUsed(limit));
  }

  /** The last instant until then at which a counter was created. */
  long lastOf(Limit limit, long at) {
    long last = Long.MIN_VALUE;
    for (Creation creation : creations.getOrDefault(limit, List.of())) {
      last = creation.at <= at ? creation.at : last;
    }
    return last;
  }

  /** What all creations of some counters allow. */
  Allowance of(Set<Limit> limits) {
    List<Creation> some =
        limits.stream().flatMap(l -> creations.getOrDefault(l, List.of()).stream()).toList();
    return new Allowance() {
      @Override
      public long before(long at) {
        return sum(at - 1);
      }

      @Override
      public long until(long at) {
        return sum(at);
      }

      private long sum(long last) {
        return some.stream().filter(c -> c.at <= last).mapToLong(Creation::allowed).sum();
      }
    };
  }

  static boolean areSeveral(List<Executed> executed) {
    Policy first = executed.isEmpty() ? null : executed.get(0).request().policy();
    return executed.stream().anyMatch(one -> !one.request().policy().equals(first));
  }
}
