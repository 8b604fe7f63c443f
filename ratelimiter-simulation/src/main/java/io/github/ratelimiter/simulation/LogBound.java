package io.github.ratelimiter.simulation;

import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * In any period that ends with a use at most so many permits.
 *
 * @param limit so many permits
 * @param period in microseconds
 */
record LogBound(long limit, long period) {
  /**
   * The first use that was too much.
   *
   * @param asked which uses are checked; all count
   * @param since from when on uses count, for a use at an instant
   */
  @Nullable Use exceededBy(List<Use> uses, Predicate<Use> asked, LongUnaryOperator since) {
    long used = 0;
    int first = 0;
    for (Use use : uses) {
      used += use.permits();
      long from = Math.max(use.at() - period + 1, since.applyAsLong(use.at()));
      while (uses.get(first).at() < from) {
        used -= uses.get(first++).permits();
      }
      if (use.permits() > 0 && asked.test(use) && used > limit) {
        return use;
      }
    }
    return null;
  }
}
