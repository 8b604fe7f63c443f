package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.bench.limiter.Answer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a phase. Only answers before its end are in the counts and latencies, unless the
 * phase counts late answers.
 *
 * @param seconds the length of the phase
 * @param counts the number of answers, by answer and by whether the key is hot
 * @param nanos the latencies of the answers, by source
 * @param late the number of answers after the end
 * @param failed the number of requests that failed
 */
public record Outcome(double seconds, long[] counts, List<Histogram> nanos, long late, long failed)
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
        bySource(source -> sum(tallies.stream().map(tally -> tally.nanos(source)))),
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
        bySource(source -> sum(parts.stream().map(part -> part.nanos(source)))),
        sum(parts, Outcome::late),
        sum(parts, Outcome::failed));
  }

  private static List<Histogram> bySource(Function<Source, Histogram> nanos) {
    return Stream.of(Source.values()).map(nanos).toList();
  }

  private static Histogram sum(Stream<? extends @Nullable Histogram> parts) {
    Histogram sum = histogram();
    parts.filter(Objects::nonNull).forEach(sum::add);
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
    return sum(answer -> true, hotOnly);
  }

  /** Returns the number of answers from a source, for hot keys or for all keys. */
  public long decisions(Source source, boolean hotOnly) {
    return sum(answer -> answer.source() == source, hotOnly);
  }

  private long sum(Predicate<Answer> which, boolean hotOnly) {
    return Stream.of(Answer.values())
        .filter(which)
        .mapToLong(answer -> count(answer, hotOnly))
        .sum();
  }

  /** Returns the number of allowed requests, for hot keys or for all keys. */
  public long allowed(boolean hotOnly) {
    return sum(Answer::isAllowed, hotOnly);
  }

  /** Returns the number of refused requests, for hot keys or for all keys. */
  public long refused(boolean hotOnly) {
    return decisions(hotOnly) - allowed(hotOnly);
  }

  /** Returns the number of answers without a call to the store, for hot keys or for all keys. */
  public long hits(boolean hotOnly) {
    return sum(Answer::isHit, hotOnly);
  }

  /** Returns the number of answers per second. */
  public double perSecond() {
    return decisions(false) / seconds;
  }

  /** Returns the latencies of the answers from a source. */
  public Histogram nanos(Source source) {
    return nanos.get(source.ordinal());
  }

  /** Returns the latencies of answers without a call to the store. */
  public Histogram hitNanos() {
    return sum(Stream.of(nanos(Source.LEASE), nanos(Source.CACHED_REFUSAL)));
  }

  /** Returns the latencies of answers of the store. */
  public Histogram storeNanos() {
    return nanos(Source.STORE);
  }

  /** Returns the latencies of all answers. */
  public Histogram allNanos() {
    return sum(nanos.stream());
  }
}
