package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a mistake: where it is, what was found, and what would be right. */
class PolicyTextMistakesTest {
  private static final String ALGORITHMS =
      "an algorithm (token-bucket, leaky-bucket, fixed-window, sliding-log, sliding-window)"
          + " or a number of permits";
  private static final String UNITS = "a unit (ms, s, min, h or day)";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                            | 0  | found the end, expected a number of permits, as in 100/min
          '   '                         | 3  | found the end, expected a number of permits, as in 100/min
          10                            | 2  | found the end, expected '/' and a period, as in 10/min
          10 per min                    | 3  | found 'per', expected '/' and a period, as in 10/min
          10/                           | 3  | found the end, expected UNITS
          10/fortnight                  | 3  | found 'fortnight', expected UNITS
          10/5                          | 4  | found the end, expected UNITS
          10/s-                         | 3  | found 's-', expected UNITS
          bucket 10/s                   | 0  | found 'bucket', expected ALGORITHMS
          gcra 10/s                     | 0  | found 'gcra', expected ALGORITHMS
          fixed-window                  | 12 | found the end, expected a number of permits, as in 100/min
          -5/s                          | 0  | found '-5/s', expected a number of permits, as in 100/min
          1.5/s                         | 0  | 1.5 is not a whole number; write 3/2s
          0.5/s                         | 0  | 0.5 is not a whole number; write 1/2s
          0.1 / 3min burst 2            | 0  | 0.1 is not a whole number; write 1/30min
          2.0/s                         | 0  | 2.0 is not a whole number; write 2/s
          0.5 per s                     | 0  | 0.5 is not a whole number
          0.000000001/day               | 0  | 0.000000001 is not a whole number
          10/2.5s                       | 3  | 2.5 is not a whole number; write 2500ms
          10/0.5min                     | 3  | 0.5 is not a whole number; write 30s
          10/0.5ms                      | 3  | 0.5 is not a whole number; a period is a whole number of milliseconds
          10/s burst 1.5                | 11 | 1.5 is not a whole number
          1,000/s                       | 0  | 1,000 is not a whole number; write 1000
          1_000_000/s                   | 0  | 1_000_000 is not a whole number; write 1000000
          10,5/s                        | 0  | 10,5 is not a whole number
          10/m                          | 3  | found 'm', expected UNITS; a minute is min
          10/w                          | 3  | found 'w', expected UNITS; a week is 7day
          10/week                       | 3  | found 'week', expected UNITS; for a calendar week write fixed-window 10/week in UTC, for 7 days write 7day
          100/month                     | 4  | found 'month', expected UNITS; for a calendar month write fixed-window 100/month in UTC, for 30 days write 30day
          10/2years                     | 4  | found 'years', expected UNITS; for a calendar year write fixed-window 10/year in UTC, for 365 days write 365day
          0.5/month                     | 0  | 0.5 is not a whole number
          fixed-window 10/month         | 16 | found 'month', expected UNITS; for a calendar month write fixed-window 10/month in UTC, for 30 days write 30day
          fixed-window 10/month from first use | 16 | found 'month', expected UNITS; for a calendar month write fixed-window 10/month in UTC, for 30 days write 30day
          sliding-window 5/month in UTC | 17 | found 'month', expected UNITS; for a calendar month write fixed-window 5/month in UTC, for 30 days write 30day
          sliding-window 5/day in UTC   | 21 | found 'in', expected 'from first use', 'debt' and a number, ';' and another limit, or the end; only fixed windows of a day, week, month or year have a time zone, as in fixed-window 5/day in UTC
          5/day in UTC                  | 6  | found 'in', expected 'burst' and a number, 'debt' and a number, ';' and another limit, or the end; only fixed windows of a day, week, month or year have a time zone, as in fixed-window 5/day in UTC
          fixed-window 5/h in UTC       | 17 | found 'in', expected 'from first use', 'debt' and a number, ';' and another limit, or the end; only fixed windows of a day, week, month or year have a time zone, as in fixed-window 5/day in UTC
          fixed-window 5/2month in UTC  | 15 | a calendar window is one day, week, month or year, as in fixed-window 5/month in UTC
          fixed-window 5/0day in UTC    | 15 | period is 0day; it must be 1 ms to 366 days
          fixed-window 5/day in         | 21 | found the end, expected a time zone, as in fixed-window 5/day in UTC
          fixed-window 5/day in;1/s     | 21 | found ';1/s', expected a time zone, as in fixed-window 5/day in UTC
          fixed-window 5/day in Europe/Berln | 22 | found 'Europe/Berln', which is not a known time zone; write an ID such as Europe/Berlin, UTC or +02:00
          fixed-window 5/day in CEST    | 22 | found 'CEST', which is not a known time zone; write an ID such as Europe/Berlin, UTC or +02:00
          fixed-window 5/day in UTC 5   | 26 | found '5', expected ';' and another limit, or the end
          fixed-window 5/day from Monday in UTC | 19 | only a week has a first day; write fixed-window 5/day in UTC
          fixed-window 5/month from Sunday in UTC | 21 | only a week has a first day; write fixed-window 5/month in UTC
          fixed-window 5/week from Mon in UTC | 25 | found 'Mon', expected a day of the week, as in 5/week from Sunday in UTC
          fixed-window 5/week from Sunday | 31 | found the end, expected 'in' and a time zone, as in 5/week from Sunday in UTC
          fixed-window 5/day from now   | 19 | found 'from', expected 'from first use'
          fixed-window 2000000000000/day in UTC | 13 | limit is 2000000000000; it must be from 0 to 1000000000000
          fixed_window_log 5/s          | 0  | found 'fixed_window_log', expected ALGORITHMS
          10/s;                         | 5  | found the end, expected a number of permits, as in 100/min
          10/s; ; 5/s                   | 6  | found ';', expected a number of permits, as in 100/min
          10/s, 5/min                   | 4  | found ',', expected ';' and another limit, or the end
          10/s 5/min                    | 5  | found '5/min', expected ';' and another limit, or the end
          10/s bust 5                   | 5  | found 'bust', expected 'burst' and a number, 'debt' and a number, ';' and another limit, or the end
          10/s burst                    | 10 | found the end, expected a number of permits, as in burst 20
          10/s burst x                  | 11 | found 'x', expected a number of permits, as in burst 20
          10/s burst 0                  | 11 | burst is 0; it must be at least 1
          0/s burst 5                   | 4  | a limit of 0 refuses everything and takes no burst
          0/s burst 0                   | 4  | a limit of 0 refuses everything and takes no burst
          fixed-window 10/s burst 5     | 18 | found 'burst', expected 'from first use', 'debt' and a number, ';' and another limit, or the end
          sliding-log 10/s burst 5      | 17 | found 'burst', expected 'debt' and a number, ';' and another limit, or the end
          sliding-log 10/s from first use | 17 | found 'from', expected 'debt' and a number, ';' and another limit, or the end
          10/s from first use           | 5  | found 'from', expected 'burst' and a number, 'debt' and a number, ';' and another limit, or the end
          sliding-window 1/s from first | 19 | found 'from', expected 'from first use'
          fixed-window 1/s from the use | 17 | found 'from', expected 'from first use'
          10/0s                         | 3  | period is 0s; it must be 1 ms to 366 days
          10/367day                     | 3  | period is 367day; it must be 1 ms to 366 days
          10/99999999999999999999s      | 3  | 99999999999999999999 is too large; a period is at most 366 days
          99999999999999999999/s        | 0  | 99999999999999999999 is too large; it must be at most 1000000000000
          1/s burst 99999999999999999999 | 10 | 99999999999999999999 is too large; it must be at most 1000000000000
          5/s; 2000000000000/s          | 5  | limit is 2000000000000; it must be from 0 to 1000000000000
          5/s burst 2000000000000       | 0  | burst is 2000000000000; it must be from 1 to 1000000000000
          999999999989/366day           | 0  | burst is 999999999989; at this rate it must be at most 284772
          sliding-window 999999999989/366day | 15 | limit is 999999999989; a sliding window counter of 31622400000 ms can hold at most 142418021
          """)
  void namesThePlaceAndTheRemedy(String text, int position, String problem) {
    PolicySyntaxException mistake =
        catchThrowableOfType(PolicySyntaxException.class, () -> Policy.parse("test", text));
    String expected = problem.replace("UNITS", UNITS).replace("ALGORITHMS", ALGORITHMS);
    assertThat(mistake)
        .hasMessage("policy \"" + text + "\", at character " + (position + 1) + ": " + expected);
    assertThat(mistake.position()).isEqualTo(position);
  }
}
