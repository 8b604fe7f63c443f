package io.github.ratelimiter.admission;

import io.github.ratelimiter.Request;
import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that permits which nobody spent go back to the store before their lease ends. One
 * alarm serves all leases, and none is set while there are none.
 */
final class Returns {
  /** When a lease's permits go back: with this part of its time left, for the way to the store. */
  private static final int LAST_PART = 4;

  private record Watched(Slot slot, Lease lease, long due) {}

  private final StateStore store;
  private final TimeSource time;
  private final Queue<Watched> leases = new PriorityQueue<>(Comparator.comparingLong(Watched::due));
  private long alarm = Long.MAX_VALUE;

  Returns(StateStore store, TimeSource time) {
    this.store = store;
    this.time = time;
  }

  void watch(Slot slot, Lease lease) {
    long due = lease.end - (lease.end - lease.start) / LAST_PART;
    synchronized (leases) {
      leases.add(new Watched(slot, lease, due));
      if (due >= alarm) {
        return;
      }
      alarm = due;
    }
    wakeAt(due);
  }

  private void wakeAt(long due) {
    var unused = time.after(Math.max(due - time.nowMicros(), 1)).thenRun(() -> look(due));
  }

  /** Gives back what is due. An alarm that was overtaken by an earlier one finds nothing. */
  private void look(long wokenFor) {
    List<Watched> due = new ArrayList<>();
    long next = Long.MAX_VALUE;
    synchronized (leases) {
      long now = time.nowMicros();
      Watched first = leases.peek();
      while (first != null && first.due <= now) {
        due.add(first);
        leases.poll();
        first = leases.peek();
      }
      if (wokenFor <= alarm) {
        next = first == null ? Long.MAX_VALUE : first.due;
        alarm = next;
      }
    }
    due.forEach(watched -> giveBack(watched.slot, watched.lease));
    if (next < Long.MAX_VALUE) {
      wakeAt(next);
    }
  }

  void giveBack(Slot slot, @Nullable Lease lease) {
    if (lease == null || lease.ended(time.nowMicros())) {
      return;
    }
    long left = lease.drain();
    if (left > 0) {
      Request request = new Request.GiveBack(slot.key, slot.policy, left, lease.grant);
      if (store.tryDecide(request) == null) {
        // Whether it arrives or not, nobody here spends these permits any more.
        var unused = store.decide(request);
      }
    }
  }

  void giveBackAll() {
    List<Watched> all;
    synchronized (leases) {
      all = List.copyOf(leases);
      leases.clear();
    }
    all.forEach(watched -> giveBack(watched.slot, watched.lease));
  }
}
