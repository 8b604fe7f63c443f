package io.github.ratelimiter.cache;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
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
  /** Leases that are due within this part of their length of one another share an alarm. */
  private static final int ALARM_PART = 64;

  private record Watched(Slot slot, Lease lease, long due) {}

  private final StateStore store;
  private final TimeSource time;
  private final StoreEvents events;
  private final Queue<Watched> leases = new PriorityQueue<>(Comparator.comparingLong(Watched::due));
  private long alarm = Long.MAX_VALUE;
  private long span = 1;

  Returns(StateStore store, TimeSource time, StoreEvents events) {
    this.events = events;
    this.store = store;
    this.time = time;
  }

  void watch(Slot slot, Lease lease) {
    long due = lease.dueBack;
    long together = Math.max((lease.end - lease.start) / ALARM_PART, 1);
    long at = due + together - due % together;
    synchronized (leases) {
      leases.add(new Watched(slot, lease, due));
      if (at >= alarm) {
        return;
      }
      alarm = at;
      span = together;
    }
    wakeAt(at);
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
        next = first == null ? Long.MAX_VALUE : first.due + span - first.due % span;
        alarm = next;
      }
    }
    for (Watched watched : due) {
      if (watched.slot.takesBack(watched.lease)) {
        giveBack(watched.slot, watched.lease);
      }
    }
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
      Request request = new Request.ReturnLease(slot.key, slot.policy, left, lease.grant);
      if (!events.isEmpty()) {
        events.publishOneOfMany(new StoreEvent.LeaseReturned(slot.policy, slot.key, left));
      }
      // Whether it arrives or not, nobody here spends these permits any more.
      var unused = StateStore.ask(store, request, Deadline.after(store.timeout(), time));
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
