package io.github.ratelimiter.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The minutes in memory")
class RecentMinutesTest {
  private static final long MINUTE = 60_000_000;
  private static final long NOW = 1_000_000 * MINUTE;

  private final AtomicLong lost = new AtomicLong();
  private final RecentMinutes minutes = new RecentMinutes(true, lost::addAndGet);

  private void check(long micros) {
    minutes.at(micros).add(new CountedCheck(micros, Optional.of("42"), "/a", Outcome.REJECTED));
  }

  private long waiting() {
    return minutes.notStored().stream().mapToLong(each -> each.all().rejected()).sum();
  }

  @Test
  @DisplayName("are stored when they are over")
  void over() {
    check(NOW);
    assertThat(minutes.close(1_000_000)).isEmpty();
    assertThat(minutes.close(1_000_001)).hasSize(1);
    minutes.stored(1_000_000);
    assertThat(minutes.close(1_000_001)).isEmpty();
    assertThat(minutes.between(new MinuteRange(1_000_000, 1_000_000))).hasSize(1);
  }

  @Test
  @DisplayName("count a late check in the next minute if its own is stored or being stored")
  void late() {
    check(NOW);
    assertThat(minutes.close(1_000_001)).hasSize(1);
    check(NOW);
    assertThat(minutes.notStored())
        .extracting(each -> each.all().rejected())
        .containsExactly(1L, 1L);
    minutes.stored(1_000_000);
    check(NOW + 1);
    check(NOW - 50 * MINUTE);
    assertThat(waiting()).isEqualTo(3);
    assertThat(minutes.notStored()).extracting(MinuteCounts::minute).containsExactly(1_000_001L);
  }

  @Test
  @DisplayName("are lost, and counted, if they cannot be stored for hours")
  void lost() {
    for (int i = 0; i < RecentMinutes.MINUTES + 5; i++) {
      check(NOW + i * MINUTE);
    }
    assertThat(lost).hasValue(5);
    assertThat(waiting()).isEqualTo(RecentMinutes.MINUTES);
    check(NOW + 100_000 * MINUTE);
    assertThat(lost).hasValue(RecentMinutes.MINUTES + 5);
  }

  @Test
  @DisplayName("start over if the clock goes back by hours")
  void back() {
    check(NOW);
    check(NOW - RecentMinutes.MINUTES * MINUTE);
    assertThat(lost).hasValue(1);
    assertThat(waiting()).isEqualTo(1);
  }
}
