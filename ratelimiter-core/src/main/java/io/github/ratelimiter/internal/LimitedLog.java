package io.github.ratelimiter.internal;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.Domain;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/**
 * A message that may be repeated often. It is logged at most at a rate, which is a policy of this
 * library, and the next one that is logged contains how many were not. Thread-safe. Takes no lock.
 *
 * <p>Use one object for each kind of message, so that a frequent one does not hide another.
 */
public final class LimitedLog {
  /** How often a message is logged at most. The policies are parsed once. */
  public enum Rate {
    /** For refusals: a few show what is going on. */
    TEN_A_SECOND("10/s"),

    /** For changes of a state and for outages. */
    ONE_A_SECOND("1/s"),

    /** For a few different states at once, for example of a connection. */
    TEN_A_MINUTE("10/min"),

    /** For what an operator has to know once, and to be reminded of. */
    ONE_A_MINUTE("1/min");

    @SuppressWarnings("ImmutableEnumChecker") // It is immutable, and cannot be annotated.
    private final BucketAlgorithm bucket;

    Rate(String limit) {
      bucket = Objects.requireNonNull(Policy.parse("log", limit).wordBucket());
    }
  }

  /** The field with the number of messages that were not logged since the last one. */
  static final String NOT_LOGGED = "not_logged";

  private final Logger log;
  private final Level level;
  private final TimeSource time;
  private final BucketAlgorithm bucket;

  /** The state of the bucket. */
  private final AtomicLong word = new AtomicLong();

  private final AtomicLong notLogged = new AtomicLong();

  /**
   * Creates a message that has not been logged.
   *
   * @param log the logger
   * @param level the level
   * @param rate how often it is logged at most
   * @param time the clock
   */
  public LimitedLog(Logger log, Level level, Rate rate, TimeSource time) {
    this.log = log;
    this.level = level;
    this.time = time;
    this.bucket = rate.bucket;
  }

  /**
   * Begins a message.
   *
   * @return gets the data and the text; does nothing if the level is off, or if the rate is used up
   */
  public LoggingEventBuilder event() {
    if (!log.isEnabledForLevel(level)) {
      return NOPLoggingEventBuilder.singleton();
    }
    if (!take()) {
      notLogged.incrementAndGet();
      return NOPLoggingEventBuilder.singleton();
    }
    LoggingEventBuilder event = log.atLevel(level);
    long count = notLogged.getAndSet(0);
    return count == 0 ? event : event.addKeyValue(NOT_LOGGED, count);
  }

  /** Returns whether a result of {@link #event()} logs nothing. */
  public static boolean isNothing(LoggingEventBuilder event) {
    return event == NOPLoggingEventBuilder.singleton();
  }

  private boolean take() {
    long now = Domain.instant(time.nowMicros());
    while (true) {
      long before = word.get();
      // Only a clock that went back makes it emptier than empty. Then it starts over: a log that
      // repeats itself is better than one that is silent.
      boolean wentBack = before > bucket.take(0, now, bucket.capacity());
      long after = bucket.take(wentBack ? 0 : before, now, 1);
      if (after == before) {
        return false;
      }
      if (word.compareAndSet(before, after)) {
        return true;
      }
    }
  }
}
