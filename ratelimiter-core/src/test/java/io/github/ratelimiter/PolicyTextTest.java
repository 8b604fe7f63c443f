package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies from text and back. */
class PolicyTextTest {
  private static Limit limit(String text) {
    List<Limit> limits = Policy.parse("test", text).limits();
    assertThat(limits).hasSize(1);
    return limits.get(0);
  }

  @Test
  void everyFormMeansWhatItSays() {
    assertThat(limit("100/min")).isEqualTo(TokenBucket.perMinute(100));
    assertThat(limit("100/min burst 20")).isEqualTo(TokenBucket.perMinute(100).burst(20));
    assertThat(limit("sliding-window 5000/day"))
        .isEqualTo(SlidingWindow.of(5000, Duration.ofDays(1)));
    assertThat(limit("sliding-log 20/min")).isEqualTo(SlidingLog.of(20, Duration.ofMinutes(1)));
    assertThat(limit("fixed-window 100/h")).isEqualTo(FixedWindow.of(100, Duration.ofHours(1)));
    assertThat(limit("leaky-bucket 10/s burst 5")).isEqualTo(LeakyBucket.perSecond(10).burst(5));
    assertThat(limit("token-bucket 7/1h burst 11"))
        .isEqualTo(TokenBucket.of(7, Duration.ofHours(1)).burst(11));
    assertThat(limit("40/6h")).isEqualTo(TokenBucket.of(40, Duration.ofHours(6)));
    assertThat(limit("17/997s")).isEqualTo(TokenBucket.of(17, Duration.ofSeconds(997)));
    assertThat(limit("250/100ms")).isEqualTo(TokenBucket.of(250, Duration.ofMillis(100)));
    assertThat(limit("fixed-window 5/day from first use"))
        .isEqualTo(FixedWindow.of(5, Duration.ofDays(1)).fromFirstUse());
    assertThat(limit("sliding-window 5/day from first use"))
        .isEqualTo(SlidingWindow.of(5, Duration.ofDays(1)).fromFirstUse());
    assertThat(limit("0/min")).isEqualTo(TokenBucket.perMinute(0));
    assertThat(limit("leaky-bucket 0/min")).isEqualTo(LeakyBucket.perMinute(0));
    assertThat(Policy.parse("test", "10/s; sliding-window 5000/day; 1000/h burst 50").limits())
        .containsExactly(
            TokenBucket.perSecond(10),
            SlidingWindow.of(5000, Duration.ofDays(1)),
            TokenBucket.of(1000, Duration.ofHours(1)).burst(50));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fixed-window 10000/month in Europe/Berlin | MONTH | MONDAY | Europe/Berlin | fixed-window 10000/month in Europe/Berlin
          fixed-window 1000/day in UTC             | DAY   | MONDAY | UTC           | fixed-window 1000/day in UTC
          fixed-window 5/week in Asia/Tokyo        | WEEK  | MONDAY | Asia/Tokyo    | fixed-window 5/week in Asia/Tokyo
          Fixed-Window 5/Weeks FROM monday IN asia/tokyo | WEEK | MONDAY | Asia/Tokyo | fixed-window 5/week in Asia/Tokyo
          fixed-window 5/week from sunday in America/New_York | WEEK | SUNDAY | America/New_York | fixed-window 5/week from Sunday in America/New_York
          fixed_window 7/year in UTC               | YEAR  | MONDAY | UTC           | fixed-window 7/year in UTC
          fixed-window 7 / 1 years in utc          | YEAR  | MONDAY | UTC           | fixed-window 7/year in UTC
          fixed-window 7/d in +02:00               | DAY   | MONDAY | +02:00        | fixed-window 7/day in +02:00
          fixed-window 7/day in +2                 | DAY   | MONDAY | +02:00        | fixed-window 7/day in +02:00
          fixed-window 7/months in Z               | MONTH | MONDAY | Z             | fixed-window 7/month in Z
          fixed-window 0/day in GMT-3              | DAY   | MONDAY | GMT-03:00     | fixed-window 0/day in GMT-03:00
          """)
  void aWindowOfTheCalendarNamesItsZone(
      String text, CalendarUnit unit, DayOfWeek firstDay, String zone, String written) {
    Limit limit = limit(text);
    assertThat(limit)
        .isEqualTo(new CalendarWindow(limit.permits(), unit, firstDay, ZoneId.of(zone)));
    assertThat(limit.text()).isEqualTo(written);
    assertThat(limit(written)).isEqualTo(limit);
    assertThat(Policy.parse("test", text + ";10/s; " + text).text())
        .isEqualTo(written + "; 10/s; " + written);
  }

  @Test
  void aDayOfAZoneIsNot24HoursSinceTheEpoch() {
    assertThat(limit("fixed-window 1000/day")).isEqualTo(FixedWindow.of(1000, Duration.ofDays(1)));
    assertThat(limit("fixed-window 1000/day in UTC"))
        .isEqualTo(CalendarWindow.perDay(1000, ZoneId.of("UTC")))
        .isNotEqualTo(limit("fixed-window 1000/day"))
        .isNotEqualTo(limit("fixed-window 1000/day in Z"));
    assertThat(limit("fixed-window 1000/day").algorithm())
        .isNotEqualTo(limit("fixed-window 1000/day in UTC").algorithm());
  }

  @ParameterizedTest
  @CsvSource({
    "token_bucket, token-bucket",
    "TOKEN_BUCKET, token-bucket",
    "Leaky_Bucket, leaky-bucket",
    "fixed_window, fixed-window",
    "fixed_window_counter, fixed-window",
    "fixed-window-counter, fixed-window",
    "sliding_window, sliding-window",
    "sliding_window_counter, sliding-window",
    "sliding-window-counter, sliding-window",
    "SLIDING_WINDOW_LOG, sliding-log",
    "sliding-window-log, sliding-log",
    "sliding_log, sliding-log"
  })
  void algorithmsHaveOtherNames(String name, String ours) {
    assertThat(limit(name + " 7/min")).isEqualTo(limit(ours + " 7/min"));
    assertThat(limit(name + " 7/min").text())
        .isEqualTo(ours.equals("token-bucket") ? "7/min" : ours + " 7/min");
  }

  @ParameterizedTest
  @CsvSource({
    "'day,d,days', 86400000",
    "'h,hr,hour,hours', 3600000",
    "'min,mins,minute,minutes', 60000",
    "'s,sec,secs,second,seconds', 1000",
    "'ms,millis,millisecond,milliseconds', 1"
  })
  void unitsHaveMoreThanOneName(String names, long millis) {
    for (String name : names.split(",")) {
      assertThat(limit("3/" + name).period()).isEqualTo(Duration.ofMillis(millis));
      assertThat(limit("3/7" + name).period()).isEqualTo(Duration.ofMillis(7 * millis));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  LEAKY-Bucket\t10 / 1 S\n BURST 5  ;\n  100/MIN ",
        "leaky-bucket 10/s burst 5;100/min"
      })
  void spaceIsFreeAndCaseDoesNotMatter(String text) {
    assertThat(Policy.parse("test", text).text()).isEqualTo("leaky-bucket 10/s burst 5; 100/min");
  }

  @Test
  void caseDoesNotDependOnTheMachinesLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(limit("SLIDING-WINDOW 5/MIN").text()).isEqualTo("sliding-window 5/min");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100/min",
        "100/min burst 20",
        "sliding-window 5000/day",
        "sliding-log 20/min",
        "fixed-window 100/h",
        "leaky-bucket 10/s burst 5",
        "7/h burst 11",
        "40/6h",
        "17/997s",
        "250/100ms",
        "0/min",
        "fixed-window 3/366day from first use",
        "10/s; 100/min; 1000/h",
        "sliding-window 1/ms from first use",
        "sliding-log 1000000000000/366day"
      })
  void whatIsWrittenShortestIsWrittenBack(String text) {
    assertThat(Policy.parse("test", text).text()).isEqualTo(text);
    assertThat(Policy.parse("tier/free", text)).hasToString("tier/free (" + text + ")");
  }

  @Test
  void anyPolicyComesBackFromItsText() {
    for (long seed = 0; seed < 4_000; seed++) {
      Random random = new Random(seed);
      List<Limit> limits = new ArrayList<>();
      while (limits.size() <= random.nextInt(4)) {
        try {
          limits.add(any(random));
        } catch (IllegalArgumentException beyondTheDomain) {
          continue;
        }
      }
      Policy policy = Policy.of("any", limits);
      assertThat(Policy.parse("any", policy.text()))
          .as("seed %s: %s", seed, policy)
          .isEqualTo(policy)
          .hasSameHashCodeAs(policy);
    }
  }

  private static Limit any(Random random) {
    long limit = random.nextLong() >>> (24 + random.nextInt(40));
    long burst = limit == 0 ? 0 : 1 + (random.nextLong() >>> (24 + random.nextInt(40)));
    long[] units = {1, 1_000, 60_000, 3_600_000, 86_400_000};
    long unit = units[random.nextInt(units.length)];
    long most = 31_622_400_000L / unit;
    Duration period = Duration.ofMillis(unit * (1 + random.nextInt((int) Math.min(most, 5_000))));
    WindowStart start = WindowStart.values()[random.nextInt(2)];
    return switch (random.nextInt(6)) {
      case 0 -> new TokenBucket(limit, period, burst);
      case 1 -> new LeakyBucket(limit, period, burst);
      case 2 -> new FixedWindow(limit, period, start);
      case 3 -> new SlidingLog(limit, period);
      case 4 -> calendarWindow(limit, random);
      default -> new SlidingWindow(limit, period, start);
    };
  }

  private static Limit calendarWindow(long limit, Random random) {
    CalendarUnit unit = CalendarUnit.values()[random.nextInt(4)];
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    return new CalendarWindow(
        limit,
        unit,
        unit == CalendarUnit.WEEK ? DayOfWeek.of(1 + random.nextInt(7)) : DayOfWeek.MONDAY,
        random.nextInt(4) == 0
            ? ZoneOffset.ofTotalSeconds(random.nextInt(129_601) - 64_800)
            : ZoneId.of(zones.get(random.nextInt(zones.size()))));
  }

  @Test
  void hostileTextGetsAShortAnswerOnOneLine() {
    Random random = new Random(7);
    String letters = "0159/;-+. \t\n\0\u0130\ud83d\ude00abdhimnsr";
    List<String> texts = new ArrayList<>();
    texts.add("9".repeat(1_000_000) + "/s");
    texts.add("1/" + "9".repeat(1_000_000) + "s");
    texts.add("x".repeat(1_000_000));
    texts.add("1/s" + ";".repeat(1_000_000));
    texts.add("100/min\nburst\n99999999999999999999");
    texts.add("1/s;" + " ".repeat(1_000_000));
    for (int i = 0; i < 4_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(20); j >= 0; j--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      texts.add(text.toString());
    }
    int refused = 0;
    for (String text : texts) {
      PolicySyntaxException failure = failure(text);
      if (failure != null) {
        refused++;
        assertThat(failure.getMessage()).hasSizeLessThan(600).doesNotContain("\n", "\0");
        assertThat(failure.position()).isBetween(0, text.length());
      }
    }
    assertThat(refused).isGreaterThan(3_800);
  }

  private static PolicySyntaxException failure(String text) {
    try {
      Policy.parse("test", text);
      return null;
    } catch (PolicySyntaxException e) {
      return e;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "ü", "a:b", "{a}"})
  void aNameIsOfAFewPlainCharacters(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Policy.parse(name, "1/s"))
        .withMessage(
            "policy name is '" + name + "'; it must be 1 to 64 letters, digits or any of . _ / -");
    assertThatNullPointerException().isThrownBy(() -> Policy.parse("test", null));
    assertThatNullPointerException().isThrownBy(() -> Policy.parse(null, "1/s"));
  }

  @Test
  void namesAndLimitsAreCounted() {
    assertThat(Policy.parse("x".repeat(64), "1/s").name()).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> Policy.parse("x".repeat(65), "1/s"));
    String sixteen = String.join(";", Collections.nCopies(16, "1/s"));
    assertThat(Policy.parse("test", sixteen).limits()).hasSize(16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Policy.parse("test", sixteen + ";1/s"))
        .withMessage("policy 'test' has 17 limits; it must have 1 to 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Policy.of("none", List.of()))
        .withMessage("policy 'none' has 0 limits; it must have 1 to 16");
  }

  @Test
  void versionsOfAPolicyDifferInTheirLimitsAndShareAHash() {
    Policy policy = Policy.parse("a", "1/s");
    assertThat(policy)
        .isEqualTo(Policy.of("a", TokenBucket.perSecond(1)))
        .isNotEqualTo(Policy.parse("a", "2/s"))
        .isNotEqualTo(Policy.parse("b", "1/s"))
        .hasSameHashCodeAs(Policy.parse("a", "2/s"));
    assertThat(Policy.parse("test", "1/s; leaky-bucket 2/s").reservable()).isTrue();
    assertThat(Policy.parse("test", "1/s; sliding-log 2/s").reservable()).isFalse();
    assertThat(Policy.parse("test", "1/s").wordBucket()).isNotNull();
    assertThat(Policy.parse("test", "1/s; 1/s").wordBucket()).isNull();
    assertThat(Policy.parse("test", "1031/ms burst 7").wordBucket()).isNull();
    assertThat(Policy.parse("test", "sliding-log 1/s").wordBucket()).isNull();
    assertThat(Arrays.asList(WindowStart.values())).hasSize(2);
    assertThat(catchThrowableOfType(PolicySyntaxException.class, () -> Policy.parse("test", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
