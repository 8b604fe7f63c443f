package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.report.Median;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of a contender under a load.
 *
 * @param rounds one measurement per round, at least one
 */
record Row(RedisContender contender, Load load, List<Measurement> rounds) {
  double median(ToDoubleFunction<Measurement> value) {
    return Median.of(rounds.stream().mapToDouble(value).toArray());
  }

  double perSecond() {
    return median(round -> round.outcome().perSecond());
  }

  /** Returns a percentile of the latency over all rounds. */
  double millis(double percentile) {
    Histogram nanos = Outcome.merge(rounds.stream().map(Measurement::outcome).toList()).allNanos();
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  long failed() {
    return rounds.stream().mapToLong(round -> round.outcome().failed()).sum();
  }

  /** Returns the ratio to the rate of another row, as the median over the rounds. */
  double ratio(@Nullable Row other) {
    if (other == null) {
      return Double.NaN;
    }
    int pairs = Math.min(rounds.size(), other.rounds.size());
    double[] ratios = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      ratios[i] = rounds.get(i).outcome().perSecond() / other.rounds.get(i).outcome().perSecond();
    }
    return Median.of(ratios);
  }
}
