package io.github.ratelimiter.simulation;

import io.github.ratelimiter.simulation.KeyHistory.Name;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records what the fallback of an instance has granted, and the number by which the limit must have
 * been divided. This is the number of instances that the instance was told, except that it must not
 * fall while the breaker is not closed, nor for some time after.
 */
final class Shares {
  /**
   * For this time after an outage the server may not have received the heartbeats of all instances.
   */
  private static final long SETTLING = 5_000_000;

  /** What was granted for one key between two replies of the server about it. */
  static final class Stretch {
    private final Name name;
    private final long begun;
    private final List<Use> uses = new ArrayList<>();
    private int instances;

    private Stretch(Name name, long begun, int instances) {
      this.name = name;
      this.begun = begun;
      this.instances = instances;
    }

    Name name() {
      return name;
    }

    List<Use> uses() {
      return uses;
    }

    /** Returns the smallest number of instances that was correct at some time. */
    int instances() {
      return instances;
    }
  }

  private final Scheduler time;
  private final boolean learning;
  private final Map<Name, List<Stretch>> stretches = new LinkedHashMap<>();
  private int instances;
  private boolean broken;
  private long closedAt = Long.MIN_VALUE / 2;

  Shares(Scheduler time, Setup setup) {
    this.time = time;
    this.learning = setup.learning();
    this.instances = learning ? 1 : setup.instances();
  }

  void told(int alive) {
    if (learning) {
      boolean settled = !broken && time.now() - closedAt >= SETTLING;
      instances = settled ? alive : Math.max(instances, alive);
      for (List<Stretch> all : stretches.values()) {
        Stretch last = all.get(all.size() - 1);
        last.instances = Math.min(last.instances, instances);
      }
    }
  }

  void opened() {
    broken = true;
  }

  void closed() {
    broken = false;
    closedAt = time.now();
  }

  /**
   * Records that permits were granted.
   *
   * @param decided when; before now if a reservation had to wait for its turn
   */
  void granted(Name name, Use use, long decided) {
    List<Stretch> all = stretches.computeIfAbsent(name, n -> new ArrayList<>());
    if (all.isEmpty()) {
      all.add(new Stretch(name, Long.MIN_VALUE, instances));
    }
    int last = all.size() - 1;
    while (last > 0 && all.get(last).begun > decided) {
      last--;
    }
    all.get(last).uses.add(use);
  }

  /** Called when the server has answered about a key. */
  void heardOf(Name name) {
    stretches
        .computeIfAbsent(name, n -> new ArrayList<>())
        .add(new Stretch(name, time.now(), instances));
  }

  List<Stretch> stretches() {
    return stretches.values().stream().flatMap(List::stream).toList();
  }
}
