package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.limiter.Answer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * The outcome of a phase.
 *
 * @param seconds the length of the phase
 * @param counts answers in time, by answer and by whether the key is hot
 * @param hits nanoseconds of the answers in time that came from the instance
 * @param asked nanoseconds of the answers in time that came from the store
 * @param late the number of answers after the end
 * @param failed the number of requests without an answer
 */
public record Outcome(
    double seconds, long[] counts, Histogram hits, Histogram asked, long late, long failed)
    implements Serializable {
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, DIGITS);
  }

  /** Returns the place of an answer in the counts. */
  static int at(Answer answer, boolean hot) {
    return (hot ? Answer.COUNT : 0) + answer.ordinal();
  }

  /** Returns the outcome of a phase that is over. */
  public static Outcome of(Phase phase) {
    List<Tally> tallies = phase.tallies();
    return new Outcome(
        phase.elapsedNanos() / 1e9,
        phase.counts(),
        histogram(tallies, Tally::hits),
        histogram(tallies, Tally::asked),
        phase.late(),
        sum(tallies, Tally::failed));
  }

  /** Returns the outcome of phases that ran at the same time. */
  public static Outcome together(List<Outcome> parts) {
    long[] counts = new long[2 * Answer.COUNT];
    parts.forEach(part -> Arrays.setAll(counts, i -> counts[i] + part.counts[i]));
    return new Outcome(
        parts.stream().mapToDouble(Outcome::seconds).max().orElse(0),
        counts,
        histogram(parts, Outcome::hits),
        histogram(parts, Outcome::asked),
        sum(parts, Outcome::late),
        sum(parts, Outcome::failed));
  }

  private static <T> Histogram histogram(List<T> parts, Function<T, Histogram> nanos) {
    Histogram sum = histogram();
    parts.forEach(part -> sum.add(nanos.apply(part)));
    return sum;
  }

  private static <T> long sum(List<T> parts, ToLongFunction<T> number) {
    return parts.stream().mapToLong(number).sum();
  }

  /** Returns the number of an answer; of hot keys, or of all. */
  public long count(Answer answer, boolean hotOnly) {
    return counts[at(answer, true)] + (hotOnly ? 0 : counts[at(answer, false)]);
  }

  /** Returns the number of answers in time; of hot keys, or of all. */
  public long decisions(boolean hotOnly) {
    return Stream.of(Answer.values()).mapToLong(answer -> count(answer, hotOnly)).sum();
  }

  /** Returns the number of allowed requests; of hot keys, or of all. */
  public long allowed(boolean hotOnly) {
    return count(Answer.LEASE, hotOnly) + count(Answer.STORE_ALLOWED, hotOnly);
  }

  /** Returns the number of refused requests; of hot keys, or of all. */
  public long refused(boolean hotOnly) {
    return decisions(hotOnly) - allowed(hotOnly);
  }

  /** Returns the number of answers that came from the instance; of hot keys, or of all. */
  public long hits(boolean hotOnly) {
    return count(Answer.LEASE, hotOnly) + count(Answer.CACHED_REFUSAL, hotOnly);
  }

  /** Returns the answers in time a second. */
  public double perSecond() {
    return decisions(false) / seconds;
  }

  /** Returns the nanoseconds of all answers in time. */
  public Histogram all() {
    Histogram all = hits.copy();
    all.add(asked);
    return all;
  }
}
