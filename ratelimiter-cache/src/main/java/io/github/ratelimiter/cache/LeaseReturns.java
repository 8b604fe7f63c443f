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
 * Returns permits that were not spent to the store, before their lease ends. There is one alarm for
 * all leases, and none without leases. Thread-safe.
 */
final class LeaseReturns {
  /** Leases share an alarm if they are due within this part of their length. */
  private static final int ALARM_PART = 64;

  private record Watched(Slot slot, Lease lease, long due) {}

  private final StateStore store;
  private final TimeSource time;
  private final StoreEvents events;
  private final Queue<Watched> leases = new PriorityQueue<>(Comparator.comparingLong(Watched::due));
  private long alarm = Long.MAX_VALUE;
  private long span = 1;

  LeaseReturns(StateStore store, TimeSource time, StoreEvents events) {
    this.events = events;
    this.store = store;
    this.time = time;
  }

  void watch(Slot slot, Lease lease) {
    long due = lease.times.returnAt();
    long together = Math.max(lease.times.length() / ALARM_PART, 1);
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
    var unused = time.after(Math.max(due - time.nowMicros(), 1)).thenRun(() -> returnDue(due));
  }

  /** Returns the leases that are due. After an earlier alarm there may be none. */
  private void returnDue(long wokenFor) {
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
      if (watched.slot.canReturn(watched.lease)) {
        returnLease(watched.slot, watched.lease);
      }
    }
    if (next < Long.MAX_VALUE) {
      wakeAt(next);
    }
  }

  /** Returns the permits that are left of a lease, unless it has ended. */
  void returnLease(Slot slot, @Nullable Lease lease) {
    if (lease == null || lease.hasEnded(time.nowMicros())) {
      return;
    }
    long left = lease.takeOut();
    if (left > 0) {
      Request request = new Request.ReturnLease(slot.key, slot.policy, left, lease.grant);
      if (!events.isEmpty()) {
        events.publishOneOfMany(new StoreEvent.LeaseReturned(slot.policy, slot.key, left));
      }
      // No caller waits for the result. The permits are not spent here any more in any case.
      var unused = StateStore.send(store, request, Deadline.after(store.timeout(), time));
    }
  }

  /** Returns all leases. */
  void returnAll() {
    List<Watched> all;
    synchronized (leases) {
      all = List.copyOf(leases);
      leases.clear();
    }
    all.forEach(watched -> returnLease(watched.slot, watched.lease));
  }
}
