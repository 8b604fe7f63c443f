package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChartsTest {
  @Test
  @DisplayName("every chart of the pages is what the library decides today")
  void chartsAreTrue() {
    int charts = 0;
    for (Pages.Page page : Pages.all()) {
      for (String[] chart : Charts.on(page)) {
        assertThat(chart[2].replace("\r\n", "\n"))
            .as("%s: %s; run Charts to draw it anew", page.name(), chart[1])
            .isEqualTo(Charts.draw(chart[0], chart[1]));
        charts++;
      }
    }
    assertThat(charts).isGreaterThanOrEqualTo(6);
  }
}
