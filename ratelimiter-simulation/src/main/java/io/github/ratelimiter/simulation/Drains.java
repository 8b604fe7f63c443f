package io.github.ratelimiter.simulation;

import io.github.ratelimiter.simulation.ServerClock.Step;
import io.github.ratelimiter.store.Request;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that the state of a key granted nothing while the key was drained. */
final class Drains {
  private final Counts counts;
  private final Iterator<Step> steps;
  private @Nullable Step next;
  private long drainedUntil;

  private Drains(List<Step> steps, Counts counts) {
    this.counts = counts;
    this.steps = steps.iterator();
    this.next = this.steps.hasNext() ? this.steps.next() : null;
  }

  /** Returns the first grant in the life of a state that a drain should have refused. */
  static @Nullable Executed broken(List<Executed> executed, List<Step> steps, Counts counts) {
    Drains drains = new Drains(steps, counts);
    return executed.stream().filter(drains::breaksDrain).findFirst().orElse(null);
  }

  private boolean breaksDrain(Executed one) {
    while (next != null && next.at() <= one.at()) {
      endedBy(next.from());
      next = steps.hasNext() ? steps.next() : null;
    }
    endedBy(one.serverAt());
    if (one.request() instanceof Request.Drain drain) {
      drainedUntil = Math.max(drainedUntil, drain.endMicros(one.serverAt()));
      return false;
    }
    boolean drained = drainedUntil > 0;
    if (drained && !one.decision().allowed()) {
      counts.add(Kind.REFUSED_WHILE_DRAINED);
    }
    // A reservation may be granted for a turn after the drain.
    return drained && one.granted() > 0 && one.serverAt() + turn(one) < drainedUntil;
  }

  /** After the end of a drain the state may be dropped. Then the clock may go back. */
  private void endedBy(long instant) {
    if (instant >= drainedUntil) {
      drainedUntil = 0;
    }
  }

  private static long turn(Executed one) {
    return one.request() instanceof Request.Reserve ? one.delay() : 0;
  }
}
