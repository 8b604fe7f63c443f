package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The counters of a state for one version of its policy. Those that are missing are created. */
final class VersionCounters {
  /** The counters that the version queries, in its order. */
  final LimitState[] own;

  /** The counters that only other versions query. */
  final LimitState[] others;

  /** Has a bit for each own counter that was missing. */
  final long created;

  private VersionCounters(LimitState[] own, LimitState[] others, long created) {
    this.own = own;
    this.others = others;
    this.created = created;
  }

  /**
   * Selects the counters of a version. The state is not changed.
   *
   * @param all all counters of the state
   * @param algorithms those of the version
   * @param until the latest instant at which a granted permit counts as used
   */
  static VersionCounters of(
      List<LimitState> all, List<Algorithm> algorithms, long now, long until) {
    List<LimitState> others = new ArrayList<>(all);
    LimitState[] own = new LimitState[algorithms.size()];
    long created = 0;
    for (int i = 0; i < own.length; i++) {
      Algorithm wanted = algorithms.get(i);
      LimitState counter = take(others, wanted);
      if (counter == null) {
        counter = wanted.startedFrom(all, now, Math.max(now, until));
        counter.cutAt(StepCharges.noteNow(now, until));
        created |= 1L << i;
      } else if (counter.algorithm().period() != wanted.period()) {
        counter = rewritten(counter, wanted);
      }
      own[i] = counter;
    }
    return new VersionCounters(own, others.toArray(Counters.NONE), created);
  }

  private static @Nullable LimitState take(List<LimitState> counters, Algorithm wanted) {
    for (int i = 0; i < counters.size(); i++) {
      if (counters.get(i).algorithm().equals(wanted)) {
        return counters.remove(i);
      }
    }
    return null;
  }

  /** Returns the same counter under a rate that is written differently. */
  private static LimitState rewritten(LimitState counter, Algorithm algorithm) {
    LimitState copy = algorithm.newState(counter.words());
    copy.cutAt(counter.cutAt());
    return copy;
  }

  /** Returns the algorithms of a policy for a caller with another clock. */
  static List<Algorithm> algorithms(Policy asked, long client) {
    List<Algorithm> seen = asked.counters();
    for (int i = 0; i < seen.size(); i++) {
      Algorithm algorithm = asked.counters().get(i).forClient(client);
      if (algorithm != asked.counters().get(i)) {
        seen = seen == asked.counters() ? new ArrayList<>(seen) : seen;
        seen.set(i, algorithm);
      }
    }
    return seen;
  }
}
