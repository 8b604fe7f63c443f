package io.github.ratelimiter.simulation;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * At most {@code limit} permits in any period that ends with a use.
 *
 * @param limit the permits of one period
 * @param period the period, in microseconds
 */
record LogBound(long limit, long period) {
  /**
   * Returns the first use that exceeded the bound.
   *
   * @param asked selects the uses that are checked; all uses count
   * @param since for a use, the order from which on grants count
   */
  @Nullable Use exceededBy(List<Use> uses, Predicate<Use> asked, ToLongFunction<Use> since) {
    for (int last = 0; last < uses.size(); last++) {
      Use use = uses.get(last);
      if (use.permits() > 0
          && asked.test(use)
          && used(uses, last, since.applyAsLong(use)) > limit) {
        return use;
      }
    }
    return null;
  }

  /** Returns the permits of the period that ends with a use. */
  private long used(List<Use> uses, int last, long from) {
    long after = uses.get(last).at() - period;
    long used = 0;
    for (int i = last; i >= 0 && uses.get(i).at() > after; i--) {
      used += uses.get(i).since() >= from ? uses.get(i).permits() : 0;
    }
    return used;
  }
}
