package io.github.ratelimiter.simulation;

import io.github.ratelimiter.simulation.ServerClock.Step;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * At most {@code limit} permits in any window; if it slides, including a part of those in the
 * previous window. If the server's clock goes back across the start of a window, it enters a window
 * again, which counts as another one.
 *
 * @param limit the permits of one window
 * @param period the period, in microseconds
 * @param begin an instant at which a window begins
 * @param slides whether the previous window counts as well
 */
record WindowBound(long limit, long period, long begin, boolean slides) {
  /**
   * Returns the first use that exceeded the bound.
   *
   * @param asked selects the uses that are checked; all uses count
   * @param since for a use, the order from which on grants count
   */
  @Nullable Use exceededBy(
      List<Use> uses, List<Step> steps, Predicate<Use> asked, ToLongFunction<Use> since) {
    for (int last = 0; last < uses.size(); last++) {
      Use use = uses.get(last);
      if (use.permits() > 0 && asked.test(use)) {
        if (weight(uses, last, steps, since.applyAsLong(use)) > Math.multiplyExact(limit, period)) {
          return use;
        }
      }
    }
    return null;
  }

  /** Returns what counts as used with a use, times the period. */
  private long weight(List<Use> uses, int last, List<Step> steps, long from) {
    Use use = uses.get(last);
    long window = windowOf(use.serverAt());
    long current = 0;
    long previous = 0;
    for (int i = last; i >= 0; i--) {
      Use earlier = uses.get(i);
      long of = windowOf(earlier.serverAt());
      if (earlier.since() < from) {
        continue;
      }
      if (of == window && !leftBetween(steps, earlier.at(), use.at())) {
        current += earlier.permits();
      } else if (of == window - 1 && slides && !steppedSince(steps, earlier, use)) {
        previous += earlier.permits();
      } else if (of < window - 1 || !slides) {
        break;
      }
    }
    if (current < 0) {
      previous += current;
      current = 0;
    }
    long overlap = period - Math.floorMod(use.serverAt() - begin, period);
    return Math.max(previous, 0) * overlap + Math.multiplyExact(current, period);
  }

  private long windowOf(long instant) {
    return Math.floorDiv(instant - begin, period);
  }

  private boolean steppedSince(List<Step> steps, Use earlier, Use use) {
    long from = Math.min(earlier.at(), use.at() - 2 * period);
    return steps.stream().anyMatch(step -> step.at() >= from && step.at() <= use.at());
  }

  private boolean leftBetween(List<Step> steps, long from, long to) {
    return steps.stream()
        .anyMatch(
            step ->
                step.at() >= from
                    && step.at() <= to
                    && windowOf(step.from()) != windowOf(step.to()));
  }
}
