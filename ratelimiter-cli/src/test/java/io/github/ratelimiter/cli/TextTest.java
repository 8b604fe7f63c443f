package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
  private static String latin(String text) {
    return Text.readableBytes(text);
  }

  @Test
  void showsUtf8AndEscapesTheRest() {
    assertThat(Text.readable("/caf\u00e9/\u65e5\u672c/\ud83d\ude00"))
        .isEqualTo("/caf\u00e9/\u65e5\u672c/\ud83d\ude00");
    assertThat(latin("/caf\u00e9")).isEqualTo("/caf\\xe9");
    assertThat(latin("\u00e9\u00e9")).isEqualTo("\\xe9\\xe9");
    assertThat(latin("\u00f0\u009f\u0098")).isEqualTo("\\xf0\\x9f\\x98");
    assertThat(latin("\u00c0\u0080")).isEqualTo("\\xc0\\x80");
    assertThat(latin("\u0000\t\u001b[31m\u007f")).isEqualTo("\\x00\\x09\\x1b[31m\\x7f");
    assertThat(Text.readable("\u202etxt\u0085")).isEqualTo("\\xe2\\x80\\xaetxt\\xc2\\x85");
  }

  @Test
  void clipsBetweenCharacters() {
    assertThat(Text.clip("abcdef", 6, "...")).isEqualTo("abcdef");
    assertThat(Text.clip("abcdefg", 6, "...")).isEqualTo("abc...");
    assertThat(Text.clip("a\ud83d\ude00bcd", 3, ".")).isEqualTo("a.");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "59, 59 s",
    "60, 1 min",
    "61, 1 min 1 s",
    "3600, 1 h",
    "3601, 1 h",
    "90061, 1 d 1 h",
    "86400, 1 d"
  })
  void tellsTheTwoLargestUnits(long seconds, String expected) {
    assertThat(Text.duration(seconds)).isEqualTo(expected);
  }

  @Test
  void countsAndPercents() {
    assertThat(Text.count(1, "line")).isEqualTo("1 line");
    assertThat(Text.count(1_234, "line")).isEqualTo("1,234 lines");
    assertThat(Text.percent(1, 8)).isEqualTo("12.5 %");
    assertThat(Text.percent(0, 0)).isEqualTo("0.0 %");
  }
}
