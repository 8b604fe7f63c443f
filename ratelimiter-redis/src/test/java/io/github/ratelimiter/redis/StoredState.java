package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarUnit;
import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.CalendarWindowAlgorithm;
import io.github.ratelimiter.algorithm.FixedWindowAlgorithm;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.SlidingLogAlgorithm;
import io.github.ratelimiter.algorithm.SlidingWindowAlgorithm;
import io.github.ratelimiter.redis.script.Packed;
import io.github.ratelimiter.redis.script.PolicyCodec;
import io.github.ratelimiter.store.KeyState;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What is kept of a key, by the script or by Java, in a form in which the two can be compared.
 *
 * @param counters each: its limit, its words, and when a charge was last cut
 * @param until the latest instant at which a permit counts as used that was granted ahead
 * @param generation what such grants have in common
 * @param drainedUntil until when the key is drained
 */
record StoredState(List<String> counters, long until, long generation, long drainedUntil) {
  private static final int RECORD = 13;
  private static final int CUT = 7;
  private static final int AHEAD = 13;
  private static final int DRAINED = 19;
  private static final int EXPONENT = 1;

  /** Nothing is kept of a key that is like a new one. */
  static final StoredState NOTHING = new StoredState(List.of(), 0, 0, 0);

  /** What Java keeps. */
  static StoredState of(KeyState state) {
    List<String> counters = new ArrayList<>();
    boolean used = state.drainedUntil() > 0;
    for (LimitState counter : state.counters()) {
      long[] words = counter.words();
      used |= LongStream.of(words).anyMatch(word -> word != 0);
      counters.add(text(counter.algorithm(), words, counter.cutAt()));
    }
    return used
        ? new StoredState(counters, state.until(), state.generation(), state.drainedUntil())
        : NOTHING;
  }

  private static String text(Algorithm algorithm, long[] words, long cutAt) {
    return nameOf(algorithm) + " " + List.of(LongStream.of(words).boxed().toArray()) + " " + cutAt;
  }

  private static String nameOf(Algorithm algorithm) {
    boolean variant =
        algorithm instanceof BucketAlgorithm bucket
            ? bucket.spaced()
            : algorithm instanceof FixedWindowAlgorithm window
                ? window.fromFirstUse()
                : algorithm instanceof SlidingWindowAlgorithm counter && counter.fromFirstUse();
    if (algorithm instanceof CalendarWindowAlgorithm window) {
      return window.limit()
          + "/"
          + window.calendar().unit()
          + " "
          + window.calendar().firstDay()
          + " "
          + window.calendar().zone();
    }
    return algorithm.getClass().getSimpleName()
        + (variant ? "+ " : " ")
        + algorithm.limit()
        + "/"
        + algorithm.period()
        + " "
        + algorithm.capacity();
  }

  /**
   * What the script stored, as it is described in state.lua.
   *
   * @param reply where the rings are, from a position on: content and expiry of each
   */
  static StoredState read(byte[] stored, List<?> reply, int rings, int ringCount, long gone) {
    Bytes bytes = new Bytes(stored);
    int count = (int) bytes.next(1) - PolicyCodec.FORMAT + 1;
    List<Algorithm> algorithms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      algorithms.add(bytes.algorithm());
    }
    List<long[]> words = new ArrayList<>();
    for (Algorithm algorithm : algorithms) {
      words.add(
          algorithm instanceof SlidingLogAlgorithm
              ? bytes.log(reply, rings, ringCount, gone)
              : bytes.words(algorithm));
    }
    bytes.next(EXPONENT);
    int rest = stored.length - bytes.at;
    int cut = CUT * count;
    boolean cuts = rest == cut || rest == cut + AHEAD || rest == cut + DRAINED;
    List<String> counters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      counters.add(text(algorithms.get(i), words.get(i), cuts ? bytes.next(CUT) : 0));
    }
    long until = 0;
    long generation = 0;
    long drainedUntil = 0;
    rest = stored.length - bytes.at;
    if (rest == AHEAD || rest == DRAINED) {
      until = bytes.next(7);
      generation = bytes.next(6);
      drainedUntil = bytes.next(rest - AHEAD) * 1_000;
    }
    assertThat(bytes.at).as("length").isEqualTo(stored.length);
    return new StoredState(counters, until, generation, drainedUntil);
  }

  /** Reads numbers, the lowest byte first. */
  private static final class Bytes {
    private final byte[] bytes;
    private int at;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    long next(int size) {
      long number = Packed.read(bytes, at, size);
      at += size;
      return number;
    }

    Algorithm algorithm() {
      int code = (int) next(1);
      int widths = (int) next(1);
      long limit = next(widths / 30 + 1);
      long period = next(widths % 30 / 6 + 1) * 1_000;
      long capacity = widths % 6 == 0 ? limit : next(widths % 6);
      boolean variant = (code & 4) != 0;
      return switch (code / 16) {
        case 1 ->
            variant
                ? Algorithm.leakyBucket(limit, period, capacity)
                : Algorithm.tokenBucket(limit, period, capacity);
        case 2 -> Algorithm.fixedWindow(limit, period, variant);
        case 3 -> Algorithm.slidingLog(limit, period);
        case 5 -> calendarWindow(limit, period);
        default -> Algorithm.slidingCounter(limit, period, variant);
      };
    }

    private Algorithm calendarWindow(long limit, long longest) {
      int unitAndDay = (int) next(1);
      int length = (int) next(1);
      String zone = new String(bytes, at, length, StandardCharsets.US_ASCII);
      at += length;
      Algorithm window =
          new CalendarWindow(
                  limit,
                  CalendarUnit.values()[unitAndDay / 8],
                  DayOfWeek.of(unitAndDay % 8),
                  ZoneId.of(zone))
              .algorithm();
      assertThat(longest).as("longest window").isEqualTo(window.period());
      return window;
    }

    long[] words(Algorithm algorithm) {
      if (algorithm instanceof BucketAlgorithm bucket) {
        long l = bucket.l();
        int width = l == 1 ? 0 : l <= 1 << 8 ? 1 : l <= 1 << 16 ? 2 : l <= 1 << 24 ? 3 : 5;
        return new long[] {next(7), next(width)};
      }
      if (algorithm instanceof CalendarWindowAlgorithm) {
        return new long[] {next(7), next(7), next(5)};
      }
      return algorithm instanceof SlidingWindowAlgorithm
          ? new long[] {next(7), next(6), next(6)}
          : new long[] {next(7), next(5)};
    }

    long[] log(List<?> reply, int rings, int ringCount, long gone) {
      long base = next(6);
      long last = next(7);
      long total = next(6);
      int head = (int) next(4);
      int count = (int) next(4);
      int capacity = (int) next(4);
      int number = (int) next(1);
      byte[] ring = number > ringCount ? null : (byte[]) reply.get(rings + 2 * (number - 1));
      if (number <= ringCount) {
        assertThat(ring == null ? 0 : ring.length)
            .as("size of the ring")
            .isEqualTo(capacity * RECORD);
        if (ring != null) {
          assertThat(reply.get(rings + 2 * (number - 1) + 1)).as("ring's expiry").isEqualTo(gone);
        }
      }
      if (base == total) {
        return new long[] {base};
      }
      long[] words = new long[3 + 2 * count];
      words[0] = base;
      Bytes records = new Bytes(ring == null ? new byte[capacity * RECORD] : ring);
      for (int i = 0; i < count; i++) {
        records.at = (head + i) % capacity * RECORD;
        words[1 + 2 * i] = records.next(7);
        words[2 + 2 * i] = records.next(6);
      }
      words[1 + 2 * count] = last;
      words[2 + 2 * count] = total;
      return words;
    }
  }
}
