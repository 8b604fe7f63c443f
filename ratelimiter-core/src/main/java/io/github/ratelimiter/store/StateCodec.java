package io.github.ratelimiter.store;

import io.github.ratelimiter.CalendarUnit;
import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.Calendar;
import io.github.ratelimiter.algorithm.CalendarWindowAlgorithm;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.FixedWindowAlgorithm;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.SlidingLogAlgorithm;
import io.github.ratelimiter.algorithm.SlidingWindowAlgorithm;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/*
 * The format, version 1. A number is 0 or more, 7 bits in a byte, the lowest first. All bytes of a
 * number but the last have the highest bit set.
 *
 *   state    = version until generation drainedUntil limits counters others checksum
 *   version  = one byte, 1
 *   limits   = count *( limit debt )   the limits of the policy that wrote last, in its order
 *   limit    = kind permits millis [burst]        the burst of a bucket only
 *            | 7 permits unit day zone            a calendar window: day to year are 0 to 3, Monday to
 *                                                 Sunday 1 to 7; a zone is its length and its
 *                                                 characters
 *   counters = *counter                one for each of Policy.counters(), in that order
 *   others   = count *( limit counter )           the counters of other versions
 *   counter  = cutAt count *word
 *   checksum = four bytes, CRC-32C of all bytes before, the highest byte first
 */
/**
 * Converts the {@link KeyState} of a key to bytes and back. For stores that keep states outside of
 * the process. The bytes contain the counters of all versions of the policy and the limits of the
 * version that wrote last. They contain neither the name of the policy nor the key.
 *
 * <p>A restored state decides like the original, to the last permit. The first byte is the version
 * of the format. Later versions of the library read the formats of earlier ones.
 */
public final class StateCodec {
  static final int VERSION = 1;

  private static final int TOKEN_BUCKET = 0;
  private static final int LEAKY_BUCKET = 1;
  private static final int FIXED_WINDOW = 2;
  private static final int FIXED_WINDOW_FROM_FIRST_USE = 3;
  private static final int SLIDING_LOG = 4;
  private static final int SLIDING_WINDOW = 5;
  private static final int SLIDING_WINDOW_FROM_FIRST_USE = 6;

  private static final int CALENDAR_WINDOW = 7;

  private static final int MICROS_PER_MILLI = 1_000;
  private static final int MOST_LIMITS = 16;

  private StateCodec() {}

  /**
   * Returns a state as bytes.
   *
   * @param state the state; it is not changed
   * @return a new array. A policy of one bucket has about 30 bytes; each record of a sliding window
   *     log adds up to 15
   */
  public static byte[] encode(KeyState state) {
    ByteWriter out = new ByteWriter();
    out.number(VERSION).number(state.until()).number(state.generation());
    out.number(state.drainedUntil());
    List<Limit> limits = state.policy().limits();
    out.number(limits.size());
    for (Limit limit : limits) {
      write(out, limit.algorithm());
      out.number(limit.debt());
    }
    List<LimitState> counters = state.counters();
    int own = state.policy().counters().size();
    counters.subList(0, own).forEach(counter -> write(out, counter));
    out.number(counters.size() - own);
    for (LimitState other : counters.subList(own, counters.size())) {
      write(out, other.algorithm());
      write(out, other);
    }
    return out.toBytesWithChecksum();
  }

  /**
   * Returns the state that bytes represent.
   *
   * @param policy any version of the policy of the key, for example that of the request. It gives
   *     the name; the limits of {@link KeyState#policy()} are those in the bytes
   * @param bytes a result of {@link #encode}
   * @return a new state
   * @throws StateFormatException if the bytes were truncated or changed, or have the format of a
   *     later version of the library. No other exception is thrown for bytes of any content
   */
  public static KeyState decode(Policy policy, byte[] bytes) {
    ByteReader in = new ByteReader(bytes, VERSION);
    try {
      return read(in, policy);
    } catch (StateFormatException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      // A limit that the library cannot count.
      throw new StateFormatException("the state contains a wrong limit: " + e.getMessage(), e);
    }
  }

  /**
   * Returns how long a store must keep a state, as {@link KeyState#keptFor} does. After that time
   * all permits are available again, as for a new key, and the state may be removed.
   *
   * @param state the state after a decision
   * @param nowMicros the instant of the decision, in microseconds since the Unix epoch
   * @return microseconds, rounded up; 0 if the state need not be kept
   */
  public static long expiresAfterMicros(KeyState state, long nowMicros) {
    return state.keptFor(nowMicros);
  }

  // --- writing ---------------------------------------------------------------------------------

  private static void write(ByteWriter out, Algorithm algorithm) {
    out.number(kind(algorithm)).number(algorithm.limit());
    if (algorithm instanceof CalendarWindowAlgorithm window) {
      Calendar calendar = window.calendar();
      out.number(calendar.unit()).number(calendar.firstDay()).text(calendar.zone());
      return;
    }
    out.number(algorithm.period() / MICROS_PER_MILLI);
    if (algorithm instanceof BucketAlgorithm) {
      out.number(algorithm.capacity());
    }
  }

  private static int kind(Algorithm algorithm) {
    if (algorithm instanceof BucketAlgorithm bucket) {
      return bucket.spaced() ? LEAKY_BUCKET : TOKEN_BUCKET;
    } else if (algorithm instanceof CalendarWindowAlgorithm) {
      return CALENDAR_WINDOW;
    } else if (algorithm instanceof FixedWindowAlgorithm window) {
      return window.fromFirstUse() ? FIXED_WINDOW_FROM_FIRST_USE : FIXED_WINDOW;
    } else if (algorithm instanceof SlidingWindowAlgorithm window) {
      return window.fromFirstUse() ? SLIDING_WINDOW_FROM_FIRST_USE : SLIDING_WINDOW;
    }
    return SLIDING_LOG;
  }

  private static void write(ByteWriter out, LimitState counter) {
    long[] words = counter.words();
    out.number(counter.cutAt()).number(words.length);
    for (long word : words) {
      out.number(word);
    }
  }

  // --- reading ---------------------------------------------------------------------------------

  private static KeyState read(ByteReader in, Policy policy) {
    long until = in.number("until", Domain.MAX);
    long generation = in.number("generation", Request.GENERATIONS - 1);
    long drainedUntil = in.number("drainedUntil", Domain.MAX);
    List<Limit> limits = new ArrayList<>();
    int size = in.count("limits", MOST_LIMITS);
    while (limits.size() < size) {
      Limit limit = readLimit(in);
      limits.add(limit.withDebt(in.number("debt", Domain.MAX_PERMITS)));
    }
    Policy written = limits.equals(policy.limits()) ? policy : policy.withLimits(limits);
    List<LimitState> counters = new ArrayList<>();
    for (Algorithm algorithm : written.counters()) {
      counters.add(readCounter(in, algorithm));
    }
    for (int others = in.count("other counters", Counters.MOST_OTHERS); others > 0; others--) {
      counters.add(readCounter(in, readLimit(in).algorithm()));
    }
    in.checkEnd();
    return new KeyState(
        written, counters.toArray(new LimitState[0]), until, generation, drainedUntil);
  }

  private static Limit readLimit(ByteReader in) {
    int kind = (int) in.number("kind of limit", CALENDAR_WINDOW);
    long permits = in.number("permits", Domain.MAX_PERMITS);
    if (kind == CALENDAR_WINDOW) {
      return readCalendarWindow(in, permits);
    }
    Duration period = Duration.ofMillis(in.number("period", Domain.MAX_PERIOD / MICROS_PER_MILLI));
    return switch (kind) {
      case TOKEN_BUCKET -> new TokenBucket(permits, period, readBurst(in));
      case LEAKY_BUCKET -> new LeakyBucket(permits, period, readBurst(in));
      case FIXED_WINDOW -> new FixedWindow(permits, period, WindowStart.EPOCH);
      case FIXED_WINDOW_FROM_FIRST_USE -> new FixedWindow(permits, period, WindowStart.FIRST_USE);
      case SLIDING_LOG -> new SlidingLog(permits, period);
      case SLIDING_WINDOW -> new SlidingWindow(permits, period, WindowStart.EPOCH);
      default -> new SlidingWindow(permits, period, WindowStart.FIRST_USE);
    };
  }

  private static CalendarWindow readCalendarWindow(ByteReader in, long permits) {
    CalendarUnit unit = CalendarUnit.values()[(int) in.number("unit", Calendar.YEAR)];
    int firstDay = (int) in.number("first day", DayOfWeek.values().length);
    String zone = in.text("time zone", CalendarWindowAlgorithm.LONGEST_ID);
    try {
      return new CalendarWindow(permits, unit, DayOfWeek.of(firstDay), ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new StateFormatException(
          "the state has a calendar window with first day "
              + firstDay
              + " and time zone "
              + zone
              + "; the day must be 1 to 7, and this JDK must know the time zone",
          e);
    }
  }

  private static long readBurst(ByteReader in) {
    return in.number("burst", Domain.MAX_PERMITS);
  }

  private static LimitState readCounter(ByteReader in, Algorithm algorithm) {
    long cutAt = in.number("cutAt", Domain.MAX);
    long[] words = new long[in.count("words", Integer.MAX_VALUE)];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.number("word", Domain.MAX);
    }
    checkWords(algorithm, words.length);
    LimitState counter = algorithm.newState(words);
    counter.cutAt(cutAt);
    return counter;
  }

  private static void checkWords(Algorithm algorithm, int words) {
    boolean right =
        algorithm instanceof SlidingLogAlgorithm
            ? words % 2 == 1
            : words == (hasThreeWords(algorithm) ? 3 : 2);
    if (!right) {
      throw new StateFormatException("a counter of the state has " + words + " numbers");
    }
  }

  private static boolean hasThreeWords(Algorithm algorithm) {
    return algorithm instanceof SlidingWindowAlgorithm
        || algorithm instanceof CalendarWindowAlgorithm;
  }
}
