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
 * The outcome of a phase. Only answers before its end are in the counts and latencies.
 *
 * @param seconds the length of the phase
 * @param counts the number of answers, by answer and by whether the key is hot
 * @param hitNanos the latencies of answers without a call to the store
 * @param storeNanos the latencies of answers of the store
 * @param late the number of answers after the end
 * @param failed the number of requests that failed
 */
public record Outcome(
    double seconds, long[] counts, Histogram hitNanos, Histogram storeNanos, long late, long failed)
    implements Serializable {
  private static final long MAX_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  static Histogram histogram() {
    return new Histogram(MAX_NANOS, DIGITS);
  }

  /** Returns the index of an answer in the counts. */
  static int index(Answer answer, boolean hot) {
    return (hot ? Answer.COUNT : 0) + answer.ordinal();
  }

  /** Returns the outcome of a phase that is over. */
  public static Outcome of(Phase phase) {
    List<Tally> tallies = phase.tallies();
    return new Outcome(
        phase.elapsedNanos() / 1e9,
        phase.counts(),
        histogram(tallies, Tally::hitNanos),
        histogram(tallies, Tally::storeNanos),
        phase.late(),
        sum(tallies, Tally::failed));
  }

  /** Merges the outcomes of phases that ran at the same time. */
  public static Outcome merge(List<Outcome> parts) {
    long[] counts = new long[2 * Answer.COUNT];
    parts.forEach(part -> Arrays.setAll(counts, i -> counts[i] + part.counts[i]));
    return new Outcome(
        parts.stream().mapToDouble(Outcome::seconds).max().orElse(0),
        counts,
        histogram(parts, Outcome::hitNanos),
        histogram(parts, Outcome::storeNanos),
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

  /** Returns how often an answer occurred, for hot keys or for all keys. */
  public long count(Answer answer, boolean hotOnly) {
    return counts[index(answer, true)] + (hotOnly ? 0 : counts[index(answer, false)]);
  }

  /** Returns the number of answers, for hot keys or for all keys. */
  public long decisions(boolean hotOnly) {
    return Stream.of(Answer.values()).mapToLong(answer -> count(answer, hotOnly)).sum();
  }

  /** Returns the number of allowed requests, for hot keys or for all keys. */
  public long allowed(boolean hotOnly) {
    return count(Answer.LEASE, hotOnly) + count(Answer.STORE_ALLOWED, hotOnly);
  }

  /** Returns the number of refused requests, for hot keys or for all keys. */
  public long refused(boolean hotOnly) {
    return decisions(hotOnly) - allowed(hotOnly);
  }

  /** Returns the number of answers without a call to the store, for hot keys or for all keys. */
  public long hits(boolean hotOnly) {
    return count(Answer.LEASE, hotOnly) + count(Answer.CACHED_REFUSAL, hotOnly);
  }

  /** Returns the number of answers per second. */
  public double perSecond() {
    return decisions(false) / seconds;
  }

  /** Returns the latencies of all answers. */
  public Histogram allNanos() {
    Histogram all = hitNanos.copy();
    all.add(storeNanos);
    return all;
  }
}
