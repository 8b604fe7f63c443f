package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
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
  void durationHasTheTwoLargestUnits(long seconds, String expected) {
    assertThat(Numbers.duration(seconds)).isEqualTo(expected);
  }

  @Test
  void formatsCountsAndPercentages() {
    assertThat(Numbers.count(1, "line")).isEqualTo("1 line");
    assertThat(Numbers.count(1_234, "line")).isEqualTo("1,234 lines");
    assertThat(Numbers.percent(1, 8)).isEqualTo("12.5 %");
    assertThat(Numbers.percent(0, 0)).isEqualTo("0.0 %");
  }
}
