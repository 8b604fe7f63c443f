package io.github.ratelimiter.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100, 5_000, 1_000_000, 30_000_000})
  void countsAreInTheirSteps(int longestPause) {
    Random random = new Random(longestPause);
    Timeline timeline = new Timeline(2);
    TreeMap<Long, Integer> counts = new TreeMap<>();
    long now = 1_431_857_103;
    for (int i = 0; i < 5_000; i++) {
      now += random.nextInt(longestPause + 1);
      timeline.moveTo(now);
      timeline.count(1);
      counts.merge(now, 1, Integer::sum);
    }
    assertCounts(timeline, counts);
    assertCounts(timeline.inSteps(60), counts);
    assertThat(timeline.steps()).isBetween(1, 600);
    assertThat(timeline.inSteps(60).steps()).isBetween(1, 60);
    assertThat(timeline.highest(0)).isZero();
  }

  private static void assertCounts(Timeline timeline, TreeMap<Long, Integer> counts) {
    for (int i = 0; i < timeline.steps(); i++) {
      long begin = timeline.begin(i);
      assertThat(begin % timeline.stepSeconds()).isZero();
      int expected =
          counts.subMap(begin, begin + timeline.stepSeconds()).values().stream()
              .mapToInt(Integer::intValue)
              .sum();
      assertThat(timeline.count(1, i)).isEqualTo(expected);
    }
    assertThat(timeline.begin(0)).isLessThanOrEqualTo(counts.firstKey());
    assertThat(timeline.begin(timeline.steps())).isGreaterThan(counts.lastKey());
  }

  @Test
  void timeMayJumpOverCenturies() {
    Timeline timeline = new Timeline(1);
    timeline.moveTo(0);
    timeline.count(0);
    timeline.moveTo(6_700_000_000L);
    timeline.count(0);
    assertThat(timeline.count(0, 0)).isEqualTo(1);
    assertThat(timeline.count(0, timeline.steps() - 1)).isEqualTo(1);
  }

  @Test
  void peakIsTheFirstOfEquallyBadMinutes() {
    Peak peak = new Peak();
    for (long second : new long[] {0, 59, 60, 61, 62, 119, 180, 181, 240}) {
      peak.add(second, second % 60 != 0);
    }
    assertThat(peak.worst()).isEqualTo(new Peak.Worst(1, 4, 3));
    peak.add(241, true);
    peak.add(242, true);
    peak.add(243, true);
    assertThat(peak.worst()).isEqualTo(new Peak.Worst(1, 4, 3));
  }

  @Test
  void sparklineShowsEveryCountAboveZero() {
    Timeline timeline = new Timeline(1);
    int[] counts = {8, 0, 1, 4, 16};
    for (int i = 0; i < counts.length; i++) {
      timeline.moveTo(i);
      for (int n = 0; n < counts[i]; n++) {
        timeline.count(0);
      }
    }
    assertThat(Sparkline.of(timeline, 0, 16, true)).isEqualTo("\u2584 \u2581\u2582\u2588");
    assertThat(Sparkline.of(timeline, 0, 16, false)).isEqualTo("= .:@");
  }
}
