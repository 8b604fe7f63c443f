package io.github.ratelimiter.observe;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.TimeSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds a {@link DecisionLog}. Not thread-safe. */
public final class DecisionLogBuilder {
  /** The number of lines that may wait, unless another is set. */
  private static final int MOST_WAITING = 10_000;

  final LineWriter writer;
  @Nullable KeyHash keys;
  TimeSource timeSource = TimeSource.system();
  int waiting = MOST_WAITING;

  /** Of the decisions that are not refusals, one in this number is written; 0 for none. */
  int oneIn = 1;

  private @Nullable Executor executor;

  /** Returns a number from 0 to its argument, without it. Tests replace it. */
  IntUnaryOperator random = bound -> ThreadLocalRandom.current().nextInt(bound);

  DecisionLogBuilder(LineWriter writer) {
    this.writer = writer;
  }

  /**
   * Writes the key of each decision as a pseudonym. Default: no key is written.
   *
   * @param hash makes the pseudonyms
   * @return this
   */
  @CanIgnoreReturnValue
  public DecisionLogBuilder keys(KeyHash hash) {
    this.keys = Objects.requireNonNull(hash, "hash");
    return this;
  }

  /**
   * Writes refusals and failures only. An allowed decision then costs nothing. Default: everything
   * is written.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public DecisionLogBuilder refusedOnly() {
    this.oneIn = 0;
    return this;
  }

  /**
   * Writes refusals and failures, and a random sample of everything else. The lines of the sample
   * have the field {@code one_in}, so that a reader can estimate totals.
   *
   * @param number one in this number is written, at least 1
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   */
  @CanIgnoreReturnValue
  public DecisionLogBuilder allowedOneIn(int number) {
    this.oneIn = atLeastOne("allowedOneIn", number);
    return this;
  }

  /**
   * Sets how many lines may wait for the writer. While so many wait, further ones are dropped.
   * Default: 10,000.
   *
   * @param lines at least 1; a line takes about 300 bytes
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   */
  @CanIgnoreReturnValue
  public DecisionLogBuilder maximumWaiting(int lines) {
    this.waiting = atLeastOne("maximumWaiting", lines);
    return this;
  }

  private static int atLeastOne(String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + " is " + number + "; it must be at least 1");
    }
    return number;
  }

  /**
   * Sets the executor on which lines are written. Default: that of the clock, which is the
   * library's own executor for the system's clock.
   *
   * @param executor runs one task at a time, which writes the lines that wait; the library's own
   *     executor runs a task that it rejects
   * @return this
   */
  @CanIgnoreReturnValue
  public DecisionLogBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  Executor executor() {
    Executor set = executor;
    return set == null ? timeSource.executor() : set;
  }

  /**
   * Sets the clock of the timestamps. Default: the system's clock.
   *
   * @param timeSource the clock
   * @return this
   */
  @CanIgnoreReturnValue
  public DecisionLogBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Builds the log.
   *
   * @return a new log; add it to a limiter with {@code limiter.addObserver(log)}
   */
  public DecisionLog build() {
    return new DecisionLog(this);
  }
}
