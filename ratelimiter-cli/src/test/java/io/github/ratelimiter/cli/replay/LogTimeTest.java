package io.github.ratelimiter.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTimeTest {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss xx", Locale.ENGLISH);

  private static LogTime read(String text) {
    byte[] bytes = ("[" + text + "]").getBytes(StandardCharsets.ISO_8859_1);
    LogTime time = new LogTime();
    assertThat(time.read(bytes, 1, bytes.length - 1)).isEqualTo(time.problem().isEmpty());
    return time;
  }

  @ParameterizedTest
  @CsvSource({
    "17/May/2015:10:05:03 +0000, 2015-05-17T10:05:03Z",
    "17/May/2015:10:05:03 +0200, 2015-05-17T08:05:03Z",
    "17/May/2015:10:05:03 -0730, 2015-05-17T17:35:03Z",
    "01/Jan/1970:00:00:00 +0000, 1970-01-01T00:00:00Z",
    "29/Feb/2016:23:59:59 +0000, 2016-02-29T23:59:59Z",
    "29/Feb/2000:00:00:00 +0000, 2000-02-29T00:00:00Z",
    "31/dec/2016:23:59:60 +0000, 2017-01-01T00:00:00Z",
    "01/Jan/2017:00:00:00 +1400, 2016-12-31T10:00:00Z"
  })
  void reads(String text, Instant expected) {
    LogTime time = read(text);
    assertThat(time.problem()).isEmpty();
    assertThat(time.micros()).isEqualTo(expected.getEpochSecond() * 1_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "17/May/2015:10:05:03, form",
    "2015-05-17T10:05:03+00:00Z, form",
    "17/May/2015:10:05:03 UTC+0, form",
    "17 May 2015 10:05:03 +0000, form",
    "'', form",
    "17/Mai/2015:10:05:03 +0000, month",
    "00/May/2015:10:05:03 +0000, day",
    "31/Apr/2015:10:05:03 +0000, day",
    "29/Feb/2015:10:05:03 +0000, day",
    "29/Feb/1900:10:05:03 +0000, day",
    "17/May/2015:24:05:03 +0000, hour",
    "17/May/2015:10:60:03 +0000, minute",
    "17/May/2015:10:05:61 +0000, second",
    "17/May/2015:10:05:03 +9900, zone",
    "17/May/2015:10:05:03 +0060, zone",
    "31/Dec/1969:23:59:59 +0000, 1970",
    "01/Jan/9999:00:00:00 +0000, 2183"
  })
  void refuses(String text, String problem) {
    assertThat(read(text).problem()).contains(problem);
  }

  @Test
  void agreesWithTheJdkOnRandomTimes() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      Instant instant = Instant.ofEpochSecond(86_400 + (random.nextLong() >>> 1) % 6_700_000_000L);
      ZoneOffset zone = ZoneOffset.ofTotalSeconds((random.nextInt(24 * 60) - 12 * 60) * 60);
      LogTime time = read(FORMAT.format(instant.atOffset(zone)));
      assertThat(time.micros()).isEqualTo(instant.getEpochSecond() * 1_000_000);
    }
  }
}
