package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A joint request, decided in one atomic step. It locks the entries of all keys in the order of the
 * keys, so that two joint requests never wait for each other. Meanwhile it takes no lock of a
 * segment, because the threads that hold one may wait for an entry.
 */
final class JointStep {
  private final JointRequest joint;
  private final LocalStateStore store;
  private final KeyTable table;

  /** The positions of the parts, in the order in which their entries are locked. */
  private final int[] order;

  private final Entry[] entries;
  private final KeyState[] states;

  /** For each part, whether its entry may have been added for this step. */
  private final boolean[] added;

  /** For each part, whether a smaller entry can hold its state now. */
  private final boolean[] shrunk;

  /** No decision is made at an earlier instant: keys may have been removed then. */
  private long earliest;

  private long now;
  private @Nullable List<Decision> decisions;

  JointStep(JointRequest joint, LocalStateStore store, KeyTable table) {
    this.joint = joint;
    this.store = store;
    this.table = table;
    int parts = joint.parts().size();
    order = parts == 1 ? new int[1] : order(joint);
    entries = new Entry[parts];
    states = new KeyState[parts];
    added = new boolean[parts];
    shrunk = new boolean[parts];
  }

  private static int[] order(JointRequest joint) {
    Comparator<Integer> byKey = Comparator.comparing(part -> joint.request(part).key());
    return IntStream.range(0, joint.parts().size())
        .boxed()
        .sorted(byKey.thenComparing(part -> joint.request(part).policy().name()))
        .mapToInt(part -> part)
        .toArray();
  }

  List<Decision> decide() {
    while (!findEntries() || !lockFrom(0)) {
      // The thread that killed an entry has removed it when the segment can be locked.
      for (int part = 0; part < entries.length; part++) {
        table.settle(joint.request(part).key(), joint.request(part).policy());
      }
    }
    List<Decision> made = Objects.requireNonNull(decisions);
    tidy();
    return made;
  }

  /** Finds the entries of all keys. Returns false if one cannot be found or added yet. */
  private boolean findEntries() {
    earliest = 0;
    for (int part = 0; part < entries.length; part++) {
      Entry entry = findEntry(part);
      if (entry instanceof WordEntry word && !holds(word, joint.request(part))) {
        table.widen(word);
        entry = findEntry(part);
      }
      if (entry == null || (entry instanceof WordEntry word && !holds(word, joint.request(part)))) {
        return false;
      }
      entries[part] = entry;
    }
    return true;
  }

  private @Nullable Entry findEntry(int part) {
    String key = joint.request(part).key();
    Policy policy = joint.request(part).policy();
    Entry entry = table.find(key, policy);
    if (entry != null) {
      return entry;
    }
    long at = store.instantOfNewKey(key, policy);
    earliest = Math.max(earliest, at);
    added[part] = true;
    return table.findOrAdd(key, policy, at);
  }

  /** Returns whether an entry can hold the state after a request. */
  private static boolean holds(WordEntry entry, Request request) {
    return request instanceof Request.Acquire && entry.policy.equals(request.policy());
  }

  /**
   * Locks the entries from a position on, and decides. Returns false if one of them is dead; then
   * nothing has been done.
   */
  private boolean lockFrom(int position) {
    if (position == order.length) {
      now = Math.max(store.nowMicros(), earliest);
      decisions = joint.decide(List.of(states), now);
      return true;
    }
    int part = order[position];
    return entries[part] instanceof WordEntry word
        ? lock(word, part, position)
        : lock((StateEntry) entries[part], part, position);
  }

  private boolean lock(WordEntry entry, int part, int position) {
    KeyState state = entry.lock();
    if (state == null) {
      return false;
    }
    states[part] = state;
    try {
      return lockFrom(position + 1);
    } finally {
      entry.unlock(state);
    }
  }

  @SuppressWarnings("SynchronizationOnLocalVariableOrMethodParameter")
  private boolean lock(StateEntry entry, int part, int position) {
    synchronized (entry) {
      KeyState state = entry.locked();
      if (state == null) {
        return false;
      }
      states[part] = state;
      boolean decided = lockFrom(position + 1);
      shrunk[part] = decided && state.isWord();
      return decided;
    }
  }

  /** Removes entries that were not needed, and replaces those that are larger than their state. */
  private void tidy() {
    for (int part = 0; part < entries.length; part++) {
      if (added[part]) {
        table.afterAdding(entries[part], now);
      } else if (shrunk[part] && entries[part] instanceof StateEntry entry) {
        entry.shrink(table);
      }
    }
  }
}
