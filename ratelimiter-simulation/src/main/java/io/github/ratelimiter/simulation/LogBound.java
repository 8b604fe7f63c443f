package io.github.ratelimiter.simulation;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
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
   * @param since the position of the first use that counts, for a use
   */
  @Nullable Use exceededBy(List<Use> uses, Predicate<Use> asked, ToIntFunction<Use> since) {
    long used = 0;
    int first = 0;
    for (int last = 0; last < uses.size(); last++) {
      Use use = uses.get(last);
      used += use.permits();
      int from = since.applyAsInt(use);
      while (first < from || uses.get(first).at() <= use.at() - period) {
        used -= uses.get(first++).permits();
      }
      if (use.permits() > 0 && asked.test(use) && used > limit) {
        return use;
      }
    }
    return null;
  }
}
