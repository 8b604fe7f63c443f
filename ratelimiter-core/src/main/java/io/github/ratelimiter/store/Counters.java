package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The counters of a {@link KeyState}. They are kept in an array, which costs the least memory. */
final class Counters {
  /** The maximum number of counters of other versions. */
  static final int MOST_OTHERS = 16;

  static final LimitState[] NONE = {};

  private Counters() {}

  /** Returns the counters of a new key. */
  static LimitState[] fresh(Policy policy) {
    List<Algorithm> counters = policy.counters();
    LimitState[] states = new LimitState[counters.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = counters.get(i).newState();
    }
    return states;
  }

  /** Returns whether the counters are exactly those of a version of the policy, in its order. */
  static boolean areOf(LimitState[] counters, Policy asked) {
    List<Algorithm> wanted = asked.counters();
    if (counters.length != wanted.size()) {
      return false;
    }
    boolean same = true;
    for (int i = 0; same && i < counters.length; i++) {
      Algorithm algorithm = counters[i].algorithm();
      same =
          algorithm == wanted.get(i)
              || (algorithm.equals(wanted.get(i)) && algorithm.period() == wanted.get(i).period());
    }
    return same;
  }

  /** Returns whether a counter did not take all of a charge, or was created beside others. */
  static boolean wasCut(LimitState[] counters) {
    for (LimitState counter : counters) {
      if (counter.cutAt() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns how long the counters must be kept, in microseconds. */
  static long keptFor(LimitState[] counters, long now) {
    long longest = 0;
    for (LimitState counter : counters) {
      longest = Math.max(longest, counter.keptFor(now));
    }
    return longest;
  }

  /** Returns the counters as they are for a request. Those that are passed are not changed. */
  static LimitState[] found(LimitState[] own, List<Algorithm> algorithms, long now) {
    LimitState[] found = own;
    for (int i = 0; i < own.length; i++) {
      LimitState counter = algorithms.get(i).found(own[i], now);
      if (counter != own[i]) {
        found = found == own ? own.clone() : found;
        found[i] = counter;
      }
    }
    return found;
  }

  /**
   * Returns the counters of other versions that are not full again. If there are too many, those
   * that are full last.
   */
  static LimitState[] staying(LimitState[] others, long now) {
    if (others.length == 0) {
      return NONE;
    }
    List<LimitState> staying = new ArrayList<>();
    for (LimitState other : others) {
      if (other.resetAfter(now) > 0) {
        staying.add(other);
      }
    }
    while (staying.size() > MOST_OTHERS) {
      int first = 0;
      for (int i = 1; i < staying.size(); i++) {
        if (staying.get(i).resetAfter(now) <= staying.get(first).resetAfter(now)) {
          first = i;
        }
      }
      staying.remove(first);
    }
    return staying.toArray(NONE);
  }

  /** Returns the counters of a version, followed by those of other versions. */
  static LimitState[] joined(LimitState[] own, LimitState[] others) {
    if (others.length == 0) {
      return own;
    }
    LimitState[] all = Arrays.copyOf(own, own.length + others.length);
    System.arraycopy(others, 0, all, own.length, others.length);
    return all;
  }
}
