package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * How much an instance grew from the end of the first steady stage to that of the last, each time
 * after a full garbage collection. The largest growth of any instance.
 *
 * @param heap the bytes of the heap
 * @param threads the number of threads
 */
record Growth(long heap, long threads) {

  /** Returns the growth; empty if there are fewer than two steady stages. */
  static Optional<Growth> of(List<StageResult> stages) {
    List<StageResult> steady = stages.stream().filter(one -> one.stage().isSteady()).toList();
    return steady.size() < 2
        ? Optional.empty()
        : Optional.of(new Growth(growth(steady, Usage::heap), growth(steady, Usage::threads)));
  }

  private static long growth(List<StageResult> stages, ToLongFunction<Usage> value) {
    StageResult first = stages.get(0);
    StageResult last = stages.get(stages.size() - 1);
    return IntStream.range(0, first.instances().size())
        .mapToLong(
            i ->
                value.applyAsLong(last.instances().get(i).atEnd())
                    - value.applyAsLong(first.instances().get(i).atEnd()))
        .max()
        .orElse(0);
  }
}
