package io.github.ratelimiter.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.internal.LocalCalendar;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers with different time zone data or clocks that share a calendar window. */
class CalendarWindowStateTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100) * 20;
  private static final long HOUR = 3_600_000_000L;
  private static final long DAYS = 24 * HOUR;
  private static final long LONGEST = 32 * HOUR;
  private static final long LIMIT = 10;

  /** A day that begins so much later than that of others, on a clock with a skew. */
  private static CalendarWindowAlgorithm client(long shift, long skew) {
    return new CalendarWindowAlgorithm(LIMIT, new Days(shift, skew));
  }

  private record Days(long shift, long skew) implements Calendar {
    @Override
    public int unit() {
      return DAY;
    }

    @Override
    public int firstDay() {
      return 1;
    }

    @Override
    public String zone() {
      return "Test";
    }

    @Override
    public Borders borders(long now) {
      long first = Math.floorDiv(now + skew - shift, DAYS) * DAYS + shift;
      return new Borders(Math.max(first, 0), first + DAYS, first + 2 * DAYS);
    }
  }

  private static long[] hours(LimitState state) {
    long[] words = state.words();
    return new long[] {words[0] / HOUR, words[1] / HOUR, words[2]};
  }

  /** A stored window of 4 used permits, and a caller; all in hours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # start end | now shift skew | start end used
          240 | 264 | 250 |  0 |   0 | 240 | 264 | 4
          240 | 264 | 264 |  0 |   0 | 264 | 288 | 0
          # The same day ends an hour later: also for an instant after the stored end.
          240 | 264 | 250 |  1 |   0 | 240 | 265 | 4
          240 | 264 | 264 |  1 |   0 | 240 | 265 | 4
          240 | 264 | 265 |  1 |   0 | 265 | 289 | 0
          # Before the border of the caller, its day is the one before. It knows the next end.
          240 | 264 | 240 |  1 |   0 | 240 | 265 | 4
          # The day ends an hour earlier: the stored end counts, and the next day is shorter.
          240 | 264 | 263 | -1 |   0 | 240 | 264 | 4
          240 | 264 | 264 | -1 |   0 | 264 | 287 | 0
          # Both together are as long as a day can be, and longer.
          240 | 264 | 264 |  8 |   0 | 240 | 272 | 4
          240 | 264 | 264 |  9 |   0 | 264 | 273 | 0
          240 | 264 | 250 |  9 |   0 | 240 | 264 | 4
          # A clock that is ahead by hours or by a day.
          240 | 264 | 250 |  0 |  13 | 240 | 264 | 4
          240 | 264 | 250 |  0 |  24 | 240 | 264 | 4
          240 | 264 | 264 |  0 |  24 | 288 | 312 | 0
          # The window has not begun: an instant before it counts in it.
          288 | 312 | 265 |  0 |   0 | 288 | 312 | 4
          # A clock that is behind by hours, by a day, by more than a day.
          240 | 264 | 270 |  0 | -12 | 264 | 288 | 0
          240 | 264 | 270 |  0 | -24 | 264 | 288 | 0
          240 | 264 | 270 |  0 | -40 | 264 | 296 | 0
          240 | 264 | 300 |  0 | -60 | 288 | 320 | 0
          240 | 264 | 300 |  0 | -99 | 300 | 332 | 0
          240 | 264 | 250 |  0 | -40 | 240 | 264 | 4
          # After a window that began late, a short one.
          240 | 272 | 272 |  0 |   0 | 272 | 288 | 0
          """)
  void theCallerSeesTheStoredWindowOrTheNext(
      long start,
      long end,
      long now,
      long shift,
      long skew,
      long seenStart,
      long seenEnd,
      long used) {
    CalendarWindowAlgorithm asked = client(shift * HOUR, skew * HOUR);
    LimitState stored = asked.newState(new long[] {start * HOUR, end * HOUR, 4});
    stored.cutAt(7);
    LimitState found = asked.found(stored, now * HOUR);
    assertThat(hours(found)).containsExactly(seenStart, seenEnd, used);
    assertThat(hours(asked.found(found, now * HOUR))).isEqualTo(hours(found));
    assertThat(found.cutAt()).isEqualTo(7);
    assertThat(hours(stored)).containsExactly(start, end, 4);
  }

  /** A store that keeps a counter as long as it says, and callers that share it. */
  private static final class Shared {
    final Random random;
    final TreeMap<Long, Long> firsts = new TreeMap<>();
    final TreeMap<Long, Long> ends = new TreeMap<>();
    final TreeMap<Long, Long> grants = new TreeMap<>();
    LimitState stored = client(0, 0).newState();
    long now = 300 * HOUR;

    Shared(long seed) {
      random = new Random(seed);
    }

    /** Moves the clock, often to a border or just before it. */
    void move() {
      long border = (now / HOUR + random.nextInt(4)) * HOUR - random.nextInt(2);
      now =
          switch (random.nextInt(4)) {
            case 0 -> now;
            case 1 -> Math.max(border, now);
            case 2 -> now + (long) (random.nextDouble() * 3 * HOUR);
            default -> now + (long) (random.nextDouble() * 30 * HOUR);
          };
    }

    /** Checks the decision of a caller, then takes the permits. */
    void ask(CalendarWindowAlgorithm client, boolean exact, String story) {
      if (stored.keptFor(now) == 0) {
        stored = client.newState();
      }
      long permits = 1 + random.nextInt(4);
      LimitState found = client.found(stored, now);
      long retryAfter = found.retryAfter(now, permits);
      if (retryAfter > 0) {
        long then = now + retryAfter;
        if (exact) {
          assertThat(client.found(stored, then - 1).available(then - 1))
              .as(story)
              .isLessThan(permits);
          assertThat(client.found(stored, then).available(then)).as(story).isEqualTo(LIMIT);
        }
        return;
      }
      long before = found.available(now);
      found.take(now, permits, now);
      assertThat(client.found(found, now).available(now)).as(story).isEqualTo(before - permits);
      stored = found;
      long[] words = found.words();
      firsts.merge(words[0], now, Math::min);
      ends.merge(words[0], words[1], Math::max);
      grants.merge(words[0], permits, Long::sum);
    }

    void check(String story) {
      long end = 0;
      for (Map.Entry<Long, Long> window : ends.entrySet()) {
        // The first permit of a window is granted after the window before.
        assertThat(firsts.get(window.getKey())).as(story + ends).isGreaterThanOrEqualTo(end);
        end = window.getValue();
        assertThat(grants.get(window.getKey())).as(story + grants).isLessThanOrEqualTo(LIMIT);
      }
    }
  }

  @Test
  void storedWindowsDoNotOverlapAndHoldNoMoreThanTheLimit() {
    for (long seed = 0; seed < RUNS; seed++) {
      Shared shared = new Shared(seed);
      long[] shifts = shared.random.longs(3, -14, 15).toArray();
      long[] skews = shared.random.longs(3, -80, 81).toArray();
      boolean clocks = shared.random.nextBoolean();
      for (int step = 0; step < 60; step++) {
        shared.move();
        long shift = shifts[shared.random.nextInt(3)];
        long skew = clocks ? skews[shared.random.nextInt(3)] : 0;
        String story = "seed " + seed + ", at " + shared.now + " by " + shift + ", " + skew + " ";
        shared.ask(client(shift * HOUR, skew * HOUR), !clocks, story);
      }
      shared.check("seed " + seed + " ");
    }
  }

  /** No caller gets a second limit soon after the first, because its day begins later. */
  @Test
  void dataThatDiffersByHoursMakesNoShortWindows() {
    long shortest = Long.MAX_VALUE;
    long windows = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Shared shared = new Shared(seed);
      long difference = shared.random.nextInt(9);
      for (int step = 0; step < 60; step++) {
        shared.move();
        long shift = shared.random.nextLong(difference + 1);
        shared.ask(client(shift * HOUR, 0), true, "seed " + seed + " ");
      }
      shared.check("seed " + seed + " ");
      for (Map.Entry<Long, Long> window : shared.ends.entrySet()) {
        long length = window.getValue() - window.getKey();
        assertThat(length)
            .as("seed %s, %s", seed, shared.ends)
            .isBetween(DAYS - difference * HOUR, LONGEST);
        shortest = Math.min(shortest, length);
        windows++;
      }
    }
    assertThat(shortest).isLessThan(18 * HOUR);
    assertThat(windows).isGreaterThan(10 * RUNS);
  }

  @Test
  void aCounterIsRememberedWhileOthersMayCountInItsWindow() {
    CalendarWindowAlgorithm day = client(0, 0);
    LimitState state = day.newState(new long[] {240 * HOUR, 264 * HOUR, 4});
    assertThat(state.resetAfter(250 * HOUR)).isEqualTo(14 * HOUR);
    assertThat(state.keptFor(250 * HOUR)).isEqualTo(22 * HOUR);
    assertThat(state.resetAfter(264 * HOUR)).isZero();
    assertThat(state.keptFor(264 * HOUR)).isEqualTo(8 * HOUR);
    assertThat(state.keptFor(272 * HOUR)).isZero();
    assertThat(day.newState().keptFor(0)).isZero();
  }

  @Test
  void anAlgorithmIsItsLimitUnitFirstDayAndZone() {
    Algorithm day = calendar(5, Calendar.DAY, 1, "UTC");
    assertThat(day)
        .isEqualTo(calendar(5, Calendar.DAY, 1, "UTC"))
        .hasSameHashCodeAs(calendar(5, Calendar.DAY, 1, "UTC"))
        .isEqualTo(day.forClient(12_345))
        .isNotEqualTo(calendar(6, Calendar.DAY, 1, "UTC"))
        .isNotEqualTo(calendar(5, Calendar.WEEK, 1, "UTC"))
        .isNotEqualTo(calendar(5, Calendar.DAY, 1, "Etc/UTC"))
        .isNotEqualTo(Algorithm.fixedWindow(5, DAYS, false));
    assertThat(calendar(5, Calendar.WEEK, 1, "UTC"))
        .isNotEqualTo(calendar(5, Calendar.WEEK, 7, "UTC"));
    assertThat(Arrays.asList(day.limit(), day.capacity(), day.period()))
        .containsExactly(5L, 5L, LONGEST);
  }

  private static Algorithm calendar(long limit, int unit, int firstDay, String zone) {
    return Algorithm.calendarWindow(
        limit, new LocalCalendar(unit, DayOfWeek.of(firstDay), ZoneId.of(zone)));
  }
}
