package io.github.ratelimiter.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** The planned events of a run, from its seed. */
record Plan(Setup setup, List<Event> events) {
  private static final int REQUESTS = 300;

  /** The number of requests between changes of the load. */
  static final int PHASE = 60;

  private static final long[] GAPS = {300, 1_000, 3_000, 10_000, 40_000};

  private static final Kind[] REQUEST_KINDS = {
    Kind.TRY, Kind.TRY_MANY, Kind.BURST, Kind.WAIT, Kind.CANCEL, Kind.PEEK, Kind.REFUND, Kind.RESET
  };

  /**
   * How many of a thousand requests are of each kind. Resets are rare, because a reset clears the
   * counts.
   */
  private static final int[] REQUEST_WEIGHTS = {620, 200, 15, 80, 15, 40, 27, 3};

  private static final Kind[] CHANGES = {
    Kind.DEPLOY, Kind.DEPLOY_ONE, Kind.ROLL_BACK, Kind.ALTERNATE
  };

  static Plan of(long seed) {
    Setup setup = Setup.of(seed);
    SplittableRandom load = Seeds.random(seed, 1);
    // Faults are rare, so that most requests meet none. Some runs have no faults.
    int faults = List.of(0, 5, 10, 20).get(load.nextInt(4));
    int changes = setup.versions().size() == 1 ? 0 : 15;
    List<Kind> possible = List.copyOf(setup.focus().faults());
    // Leases and fallbacks need many calls in a short time.
    int gaps = setup.focus() == Focus.LEASES ? 2 : GAPS.length;
    List<Event> events = new ArrayList<>();
    long at = Scheduler.START + load.nextLong(60_000_000);
    long gap = 1;
    int requests = 0;
    for (int i = 0; requests < REQUESTS; i++) {
      if (i % PHASE == 0) {
        gap = GAPS[load.nextInt(gaps)];
      }
      SplittableRandom random = Seeds.random(seed, 2, i);
      at += 1 + (long) (-Math.log(1 - random.nextDouble()) * gap);
      int draw = random.nextInt(1_000);
      Kind kind;
      if (draw < faults) {
        kind = possible.get(random.nextInt(possible.size()));
      } else if (draw < faults + changes) {
        kind = CHANGES[random.nextInt(CHANGES.length)];
      } else {
        kind = request(random);
        if (!setup.waiting() && (kind == Kind.WAIT || kind == Kind.CANCEL)) {
          kind = Kind.TRY;
        }
        requests++;
      }
      events.add(new Event(i, at, kind, Seeds.mix(seed, 3, i)));
    }
    return new Plan(setup, List.copyOf(events));
  }

  private static Kind request(SplittableRandom random) {
    int draw = random.nextInt(1_000);
    int kind = 0;
    while (draw >= REQUEST_WEIGHTS[kind]) {
      draw -= REQUEST_WEIGHTS[kind++];
    }
    return REQUEST_KINDS[kind];
  }

  /** Returns this plan with only some of its events. */
  Plan with(Collection<Event> some) {
    return new Plan(setup, List.copyOf(some));
  }

  /** Returns this plan without some of its events. */
  Plan without(Collection<Event> some) {
    Set<Event> gone = new HashSet<>(some);
    return with(events.stream().filter(event -> !gone.contains(event)).toList());
  }

  long end() {
    return events.isEmpty() ? Scheduler.START : events.get(events.size() - 1).at();
  }
}
