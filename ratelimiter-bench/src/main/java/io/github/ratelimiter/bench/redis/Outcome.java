package io.github.ratelimiter.bench.redis;

import java.util.List;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param seconds how long it took
 * @param granted decisions in time that allowed
 * @param refused decisions in time that did not
 * @param failed requests without a decision
 * @param late decisions after the end
 * @param nanos of the decisions in time
 */
record Outcome(
    double seconds, long granted, long refused, long failed, long late, Histogram nanos) {
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  static Histogram histogram() {
    return new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
  }

  /** What several of them at once came to. */
  static Outcome together(List<Outcome> parts) {
    Histogram nanos = histogram();
    parts.forEach(part -> nanos.add(part.nanos));
    return new Outcome(
        parts.stream().mapToDouble(Outcome::seconds).max().orElse(0),
        parts.stream().mapToLong(Outcome::granted).sum(),
        parts.stream().mapToLong(Outcome::refused).sum(),
        parts.stream().mapToLong(Outcome::failed).sum(),
        parts.stream().mapToLong(Outcome::late).sum(),
        nanos);
  }

  double perSecond() {
    return (granted + refused) / seconds;
  }

  /** Decisions, those after the end too. */
  long decisions() {
    return granted + refused + late;
  }
}
