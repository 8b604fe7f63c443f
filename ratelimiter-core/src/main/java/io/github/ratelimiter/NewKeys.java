package io.github.ratelimiter;

import java.util.List;

/** Tells from a decision whether the key was new, so that nothing need be stored for it. */
final class NewKeys {
  private NewKeys() {}

  /**
   * Returns whether all permits of all limits were available before a grant. The state of such a
   * key does not differ from that of a key without state.
   *
   * @param limits the state of each limit after the grant
   * @param taken the permits that were granted under each limit
   */
  static boolean hadAll(List<Decision.LimitStatus> limits, List<Long> taken) {
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).remaining() + taken.get(i) < limits.get(i).limit().capacity()) {
        return false;
      }
    }
    return true;
  }
}
