package io.github.ratelimiter.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The log's ring of running totals, in lock-step with a plain list of instants and counts. */
class SlidingLogStateTest {
  private static final long PERIOD = 60_000;

  private record Entry(long at, long permits) {}

  private final SlidingLogAlgorithm log = Algorithm.slidingLog(1_000, PERIOD);
  private final List<Entry> model = new ArrayList<>();

  private void forget(long now) {
    model.removeIf(entry -> entry.at + PERIOD <= now);
  }

  private void append(long now, long at, long permits) {
    forget(now);
    int last = model.size() - 1;
    if (last >= 0 && at <= model.get(last).at) {
      model.set(last, new Entry(model.get(last).at, model.get(last).permits + permits));
    } else {
      model.add(new Entry(at, permits));
    }
  }

  private void takeBack(long now, long permits, long from) {
    forget(now);
    long left = permits;
    for (int i = 0; i < model.size(); i++) {
      Entry entry = model.get(i);
      long taken = entry.at >= from ? Math.min(left, entry.permits) : 0;
      model.set(i, new Entry(entry.at, entry.permits - taken));
      left -= taken;
    }
    model.removeIf(entry -> entry.permits == 0);
  }

  /** What the words say: each record's permits are the step from the total before to its own. */
  private static List<Entry> read(long[] words) {
    List<Entry> entries = new ArrayList<>();
    long total = words[0];
    for (int i = 1; i < words.length; i += 2) {
      entries.add(
          new Entry(words[i], Math.floorMod(words[i + 1] - total, SlidingLogAlgorithm.CIRCLE)));
      total = words[i + 1];
    }
    return entries;
  }

  @Test
  void keepsExactlyTheRecordsThatCount() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      model.clear();
      // Totals that are about to go round their circle.
      LimitState state =
          log.newState(
              random.nextBoolean()
                  ? new long[] {0}
                  : new long[] {
                    SlidingLogAlgorithm.CIRCLE - 100, 5, SlidingLogAlgorithm.CIRCLE - 93
                  });
      model.addAll(read(state.words()));
      long now = 10;
      int pause = 1 << (5 + random.nextInt(9));
      for (int step = 0; step < 200; step++) {
        now += random.nextInt(pause);
        long permits = 1 + random.nextInt(9);
        long at = now + (random.nextInt(3) == 0 ? random.nextInt(2_000) : 0);
        switch (random.nextInt(8)) {
          case 0 -> {
            state.giveBack(now, permits);
            takeBack(now, permits, 0);
          }
          case 1 -> {
            state.release(now, permits, new Span(now, at, at), false);
            takeBack(now, permits, at);
          }
          default -> {
            state.take(now, permits, at);
            append(now, at, permits);
          }
        }
        assertThat(read(state.words())).as("seed %s, step %s", seed, step).isEqualTo(model);
        long used = model.stream().mapToLong(Entry::permits).sum();
        assertThat(state.used(now)).isEqualTo(used);
        if (model.isEmpty()) {
          assertThat(state.words()).containsExactly(0);
        }
      }
    }
  }

  @Test
  void storedTotalsStayBelowTheirCircle() {
    long[] words = {SlidingLogAlgorithm.CIRCLE - 5, 10, SlidingLogAlgorithm.CIRCLE - 1};
    LimitState state = log.newState(words);
    assertThat(state.used(10)).isEqualTo(4);
    state.take(20, 8, 20);
    assertThat(state.words())
        .containsExactly(SlidingLogAlgorithm.CIRCLE - 5, 10, SlidingLogAlgorithm.CIRCLE - 1, 20, 7);
    state.giveBack(20, 6);
    assertThat(state.words()).containsExactly(1, 20, 7);
    assertThat(state.used(20)).isEqualTo(6);
  }

  @Test
  void aChargeBeyondTheLimitKeepsTheNewestRecords() {
    LimitState state = log.newState();
    assertThat(state.charge(5, 600, 5, 5, 5, 0)).isZero();
    assertThat(state.charge(6, 400, 6, 6, 6, 0)).isZero();
    assertThat(state.words()).containsExactly(0, 5, 600, 6, 1_000);
    assertThat(state.charge(7, 700, 7, 7, 7, 0)).isEqualTo(700);
    assertThat(state.words()).containsExactly(700, 6, 1_000, 7, 1_700);
    assertThat(state.charge(8, 2_000, 9, 8, 9, 0)).isEqualTo(2_000);
    assertThat(state.words()).containsExactly(1_700, 9, 2_700);
    assertThat(state.used(8)).isEqualTo(1_000);
  }
}
