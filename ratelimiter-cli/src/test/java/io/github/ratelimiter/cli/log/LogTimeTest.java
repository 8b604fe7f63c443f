package io.github.ratelimiter.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTimeTest {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss xx", Locale.ENGLISH);

  @ParameterizedTest
  @CsvSource({
    "17/May/2015:10:05:03 +0000, 2015-05-17T10:05:03Z",
    "17/May/2015:10:05:03 +0200, 2015-05-17T08:05:03Z",
    "17/May/2015:10:05:03 -0730, 2015-05-17T17:35:03Z",
    "01/Jan/1970:00:00:00 +0000, 1970-01-01T00:00:00Z",
    "29/Feb/2016:23:59:59 +0000, 2016-02-29T23:59:59Z",
    "29/Feb/2000:00:00:00 +0000, 2000-02-29T00:00:00Z",
    "31/dec/2016:23:59:60 +0000, 2017-01-01T00:00:00Z",
    "01/Jan/2017:00:00:00 +1400, 2016-12-31T10:00:00Z",
    "17/May/2015:10:05:03.123 +0200, 2015-05-17T08:05:03.123Z",
    "2015-05-17T10:05:03Z, 2015-05-17T10:05:03Z",
    "2015-05-17 10:05:03, 2015-05-17T10:05:03Z",
    "2015-05-17T10:05:03.123Z, 2015-05-17T10:05:03.123Z",
    "2015-05-17 10:05:03.123456, 2015-05-17T10:05:03.123456Z",
    "2015-05-17T10:05:03.123456789Z, 2015-05-17T10:05:03.123456Z",
    "2015-05-17T10:05:03+02:00, 2015-05-17T08:05:03Z",
    "2015-05-17T10:05:03.5-0730, 2015-05-17T17:35:03.5Z",
    "2015-05-17 10:05:03 +02, 2015-05-17T08:05:03Z",
    "1431857103, 2015-05-17T10:05:03Z",
    "1431857103.123, 2015-05-17T10:05:03.123Z",
    "1431857103.5241024, 2015-05-17T10:05:03.524102Z",
    "1.431857103123E9, 2015-05-17T10:05:03.123Z",
    "1431857103123, 2015-05-17T10:05:03.123Z",
    "1431857103123456, 2015-05-17T10:05:03.123456Z",
    "1431857103123456789, 2015-05-17T10:05:03.123456Z"
  })
  void readsValidTimes(String text, Instant expected) {
    long micros = expected.getEpochSecond() * 1_000_000 + expected.getNano() / 1_000;
    assertThat(new LogTime().micros(text)).hasValue(micros);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "soon",
        "17/May/2015:10:05:03 UTC+0",
        "17 May 2015 10:05:03 +0000",
        "17/Mai/2015:10:05:03 +0000",
        "00/May/2015:10:05:03 +0000",
        "31/Apr/2015:10:05:03 +0000",
        "29/Feb/2015:10:05:03 +0000",
        "29/Feb/1900:10:05:03 +0000",
        "17/May/2015:24:05:03 +0000",
        "17/May/2015:10:60:03 +0000",
        "17/May/2015:10:05:61 +0000",
        "17/May/2015:10:05:03 +9900",
        "17/May/2015:10:05:03 +0060",
        "31/Dec/1969:23:59:59 +0000",
        "01/Jan/9999:00:00:00 +0000",
        "2015-02-29T10:05:03Z",
        "-5",
        "1e99",
        "1e999999999"
      })
  void rejectsInvalidTimes(String text) {
    assertThat(new LogTime().micros(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17/May/2015:10:05:60 +0000",
        "17/May/2015:10:05:61 +0000",
        "17/May/2015:10:05:6x +0000",
        "17/May/2015:10:05:09 +0001",
        "17/May/2015:10:06:09 +0000",
        "17/May/2015:10:05:09 +0000",
        "17/May/2015:10:05:09.5 +0000",
        "2015-05-17T10:05:09Z",
        "2015-05-17T10:05:0Z"
      })
  void cachedMinuteDoesNotChangeTheResult(String text) {
    for (String before : List.of("17/May/2015:10:05:03 +0000", "2015-05-17T10:05:03Z")) {
      LogTime time = new LogTime();
      assertThat(time.micros(before)).isPresent();
      assertThat(time.micros(text)).isEqualTo(new LogTime().micros(text));
      assertThat(time.micros(before)).isEqualTo(new LogTime().micros(before));
    }
  }

  @Test
  void agreesWithJavaTimeOnRandomTimes() {
    LogTime time = new LogTime();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      Instant instant = Instant.ofEpochSecond(86_400 + (random.nextLong() >>> 1) % 6_700_000_000L);
      ZoneOffset zone = ZoneOffset.ofTotalSeconds((random.nextInt(24 * 60) - 12 * 60) * 60);
      assertThat(time.micros(FORMAT.format(instant.atOffset(zone))))
          .hasValue(instant.getEpochSecond() * 1_000_000);
    }
  }
}
