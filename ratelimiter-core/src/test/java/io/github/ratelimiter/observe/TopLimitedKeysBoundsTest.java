package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The refusals of the keys that are limited most")
class TopLimitedKeysBoundsTest {
  private static final long SECOND = 1_000_000;
  private static final long MINUTE = 60 * SECOND;
  private static final int ALL = Integer.MAX_VALUE;
  private static final Decision REFUSED =
      StoreDecision.of(Policy.parse("api", "1/min"), Decision.Outcome.REFUSED, 0, 1, 1);

  private final AtomicLong now = new AtomicLong(1_700_000_040 * SECOND);

  private TopLimitedKeysBuilder builder() {
    return TopLimitedKeys.builder().timeSource(now::get);
  }

  private static void refuse(TopLimitedKeys top, String key) {
    top.onAcquire(key, 1, REFUSED);
  }

  private static void refuse(TopLimitedKeys top, String key, int times) {
    for (int i = 0; i < times; i++) {
      refuse(top, key);
    }
  }

  /** Counts exactly, in the same parts of time. */
  private static final class Exact {
    private final long part;
    private final Map<Long, Map<String, Long>> parts = new HashMap<>();

    Exact(long part) {
      this.part = part;
    }

    void add(String key, long now) {
      parts
          .computeIfAbsent(Math.floorDiv(now, part), number -> new HashMap<>())
          .merge(key, 1L, Long::sum);
    }

    Map<String, Long> counts(long now) {
      Map<String, Long> counts = new HashMap<>();
      long present = Math.floorDiv(now, part);
      for (long number = present - 5; number <= present; number++) {
        parts
            .getOrDefault(number, Map.of())
            .forEach((key, count) -> counts.merge(key, count, Long::sum));
      }
      return counts;
    }
  }

  private static void checkBounds(List<LimitedKey> found, Map<String, Long> exact, int counters) {
    long calls = exact.values().stream().mapToLong(Long::longValue).sum();
    for (LimitedKey each : found) {
      long count = exact.getOrDefault(each.key(), 0L);
      assertThat(count).isBetween(each.refusals() - each.error(), each.refusals());
      assertThat(each.error()).isBetween(0L, calls / counters);
    }
    List<String> frequent =
        exact.keySet().stream().filter(key -> exact.get(key) * counters > calls).toList();
    assertThat(found).extracting(LimitedKey::key).doesNotHaveDuplicates().containsAll(frequent);
    assertThat(found)
        .isSortedAccordingTo(
            Comparator.comparingLong(LimitedKey::refusals)
                .reversed()
                .thenComparingLong(LimitedKey::error)
                .thenComparing(LimitedKey::key));
    if (exact.size() <= counters) {
      assertThat(found).allMatch(each -> each.error() == 0).hasSameSizeAs(exact.keySet());
    }
  }

  /** Returns a number from 0 to {@code weights.length - 1}, each with its weight. */
  private static int pick(Random random, double[] sums) {
    int found = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
    return found < 0 ? -found - 1 : found;
  }

  /** Returns the sums of the weights of a Zipf distribution. */
  private static double[] zipf(int keys, double skew) {
    double[] sums = new double[keys];
    double sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += 1 / Math.pow(i + 1, skew);
      sums[i] = sum;
    }
    return sums;
  }

  @Test
  @DisplayName("have true bounds on random skewed streams, and no frequent key is missing")
  void bounds() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int counters = 1 + random.nextInt(40);
      double[] keys = zipf(1 + random.nextInt(200), random.nextDouble() * 2);
      TopLimitedKeys some = builder().counters(counters).build();
      Exact minute = new Exact(10 * SECOND);
      Exact hour = new Exact(10 * MINUTE);
      // Which keys are frequent changes, so that parts have different counters.
      int shift = 0;
      for (int i = 0; i < 2_000; i++) {
        String key = "k" + (pick(random, keys) + shift) % keys.length;
        refuse(some, key);
        minute.add(key, now.get());
        hour.add(key, now.get());
        if (random.nextInt(20) == 0) {
          now.addAndGet(random.nextInt(random.nextInt(10) == 0 ? 2_000_000_000 : 8_000_000));
          shift += random.nextInt(3);
        }
        if (random.nextInt(100) == 0) {
          checkBounds(some.lastMinute("api", ALL), minute.counts(now.get()), counters);
          checkBounds(some.lastHour("api", ALL), hour.counts(now.get()), counters);
        }
      }
    }
  }

  @Test
  @DisplayName("include a key that is absent from a full part")
  void absentFromAFullPart() {
    TopLimitedKeys two = builder().counters(2).build();
    refuse(two, "a", 4);
    now.addAndGet(10 * SECOND);
    refuse(two, "a", 1);
    refuse(two, "b", 3);
    refuse(two, "c", 3);
    // In the second part c has taken over the counter of a: at most four, at least three.
    assertThat(two.lastMinute("api", ALL))
        .containsExactly(
            new LimitedKey("a", 7, 3), new LimitedKey("c", 4, 1), new LimitedKey("b", 3, 0));
  }

  @Test
  @DisplayName("have true bounds with many threads")
  void threads() throws Exception {
    int counters = 20;
    TopLimitedKeys some = builder().counters(counters).build();
    double[] keys = zipf(500, 1.1);
    List<Map<String, Long>> counts = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      Random random = new Random(t);
      Map<String, Long> own = new HashMap<>();
      counts.add(own);
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  String key = "k" + pick(random, keys);
                  refuse(some, key);
                  own.merge(key, 1L, Long::sum);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      checkRunning(some, thread);
    }
    Map<String, Long> exact = new HashMap<>();
    counts.forEach(own -> own.forEach((key, count) -> exact.merge(key, count, Long::sum)));
    checkBounds(some.lastMinute("api", ALL), exact, counters);
    checkBounds(some.lastHour("api", ALL), exact, counters);
  }

  /** Reads while refusals are counted. */
  private static void checkRunning(TopLimitedKeys some, Thread thread) throws InterruptedException {
    while (thread.isAlive()) {
      assertThat(some.lastMinute("api", 5)).hasSizeLessThanOrEqualTo(5);
      thread.join(1);
    }
  }
}
