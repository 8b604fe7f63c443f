package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.ManualTime;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TestStore;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The keys that are limited most")
class TopLimitedKeysTest {
  private static final long SECOND = 1_000_000;
  private static final long MINUTE = 60 * SECOND;
  private static final int ALL = Integer.MAX_VALUE;

  private final AtomicLong now = new AtomicLong(1_700_000_040 * SECOND);
  private final TopLimitedKeys top = builder().build();

  private TopLimitedKeysBuilder builder() {
    return TopLimitedKeys.builder().timeSource(now::get);
  }

  private static Decision decision(String policy, Decision.Outcome outcome) {
    return StoreDecision.of(Policy.parse(policy, "1/min"), outcome, 0, 1, 1);
  }

  private static void refuse(TopLimitedKeys top, String policy, String key) {
    top.onAcquire(key, 1, decision(policy, Decision.Outcome.REFUSED));
  }

  private void refuse(String key, int times) {
    for (int i = 0; i < times; i++) {
      refuse(top, "api", key);
    }
  }

  private static LimitedKey exactly(String key, long refusals) {
    return new LimitedKey(key, refusals, 0);
  }

  // --- what counts -----------------------------------------------------------------------------

  @Test
  @DisplayName("are those with the most refused calls, exactly while there are enough counters")
  void exact() {
    refuse("a", 3);
    refuse("b", 5);
    refuse("c", 1);
    top.onAcquire("c", 1, decision("api", Decision.Outcome.ALLOWED));
    assertThat(top.lastMinute("api", 2)).containsExactly(exactly("b", 5), exactly("a", 3));
    assertThat(top.lastHour("api", 9))
        .containsExactly(exactly("b", 5), exactly("a", 3), exactly("c", 1));
  }

  @Test
  @DisplayName("come in the order of their names if they are equal")
  void ties() {
    for (String key : List.of("d", "a", "c", "b")) {
      refuse(key, 7);
    }
    assertThat(top.lastMinute("api", ALL))
        .extracting(LimitedKey::key)
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  @DisplayName(
      "are counted in calls, for each way to ask for permits, and not for other operations")
  void calls() throws Exception {
    ManualTime time = new ManualTime();
    TestStore store = new TestStore(time);
    RateLimiter one =
        RateLimiter.builder().policy("one", "1/min").store(store).timeSource(time).build();
    RateLimiter all =
        RateLimiter.builder().policy("all", "9/min").store(store).timeSource(time).build();
    one.addObserver(top);
    all.addObserver(top);
    one.tryAcquire("k");
    one.tryAcquire("k");
    one.tryAcquire("k", 5);
    one.forKey("k").tryAcquire();
    one.reserve("k", 1);
    one.tryAcquire("k", 1, Duration.ofSeconds(1));
    one.async().tryAcquire("k").join();
    JointLimiter joint = JointLimiter.of(one.part("k"), all.part("k"));
    joint.tryAcquire();
    assertThat(top.lastMinute("one", 9)).containsExactly(exactly("k", 7));
    one.peek("k");
    one.refund("other", 1);
    one.drain("k", Duration.ofMinutes(1));
    assertThat(top.lastMinute("one", 9)).containsExactly(exactly("k", 7));
    store.later();
    one.tryAcquire("k");
    one.async().reserve("k", 1).join();
    joint.tryAcquire();
    one.peek("k");
    store.fail(new StoreUnavailableException("down", false, null));
    assertThat(one.async().tryAcquire("k")).isCompletedExceptionally();
    assertThat(top.lastMinute("one", 9)).containsExactly(exactly("k", 10));
    assertThat(top.lastMinute("all", 9)).isEmpty();
    assertThat(top.policies()).containsExactly("one");
  }

  @Test
  @DisplayName("are counted for each policy by its name")
  void policies() {
    refuse(top, "a", "k");
    refuse(top, "b", "k");
    refuse(top, "b", "k");
    assertThat(top.lastMinute("a", 9)).containsExactly(exactly("k", 1));
    assertThat(top.lastMinute("b", 9)).containsExactly(exactly("k", 2));
    assertThat(top.lastMinute("none", 9)).isEmpty();
    assertThat(top.policies()).containsExactly("a", "b");
  }

  @Test
  @DisplayName("are counted for a maximum number of policies; one without refusals makes room")
  void tooManyPolicies() {
    TopLimitedKeys few = builder().maximumPolicies(2).build();
    refuse(few, "a", "k");
    refuse(few, "b", "k");
    for (int i = 0; i < 5; i++) {
      refuse(few, "c", "k");
    }
    assertThat(few.policies()).containsExactly("a", "b");
    assertThat(few.notCounted()).isEqualTo(5);
    assertThat(few.lastMinute("c", 9)).isEmpty();
    now.addAndGet(59 * MINUTE);
    refuse(few, "b", "k");
    refuse(few, "c", "k");
    assertThat(few.notCounted()).isEqualTo(6);
    now.addAndGet(MINUTE);
    refuse(few, "c", "k");
    assertThat(few.policies()).containsExactly("b", "c");
    assertThat(few.lastMinute("c", 9)).containsExactly(exactly("k", 1));
    assertThat(few.notCounted()).isEqualTo(6);
  }

  @Test
  @DisplayName("make room also for a policy that refused while the clock was wrong")
  void wrongClock() {
    TopLimitedKeys few = builder().maximumPolicies(1).build();
    now.addAndGet(100_000 * MINUTE);
    refuse(few, "a", "k");
    now.addAndGet(-100_000 * MINUTE);
    refuse(few, "b", "k");
    assertThat(few.policies()).containsExactly("b");
  }

  @Test
  @DisplayName("have settings with a range")
  void settings() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().counters(0))
        .withMessage("counters is 0; it must be from 1 to 10000");
    assertThatIllegalArgumentException().isThrownBy(() -> builder().maximumPolicies(10_001));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> top.lastHour("api", 0))
        .withMessage("most is 0; it must be at least 1");
  }

  // --- time ------------------------------------------------------------------------------------

  @Test
  @DisplayName("are those of the present ten seconds and the five times ten before, and of an hour")
  void slides() {
    // The clock is at a multiple of ten seconds.
    refuse("k", 1);
    now.addAndGet(59 * SECOND);
    refuse("k", 2);
    assertThat(top.lastMinute("api", 9)).containsExactly(exactly("k", 3));
    now.addAndGet(SECOND);
    assertThat(top.lastMinute("api", 9)).containsExactly(exactly("k", 2));
    now.addAndGet(50 * SECOND - 1);
    assertThat(top.lastMinute("api", 9)).containsExactly(exactly("k", 2));
    now.addAndGet(1);
    assertThat(top.lastMinute("api", 9)).isEmpty();
    assertThat(top.lastHour("api", 9)).containsExactly(exactly("k", 3));
    now.addAndGet(49 * MINUTE);
    assertThat(top.lastHour("api", 9)).containsExactly(exactly("k", 3));
    now.addAndGet(10 * MINUTE);
    assertThat(top.lastHour("api", 9)).isEmpty();
  }

  @Test
  @DisplayName("are kept while the clock is back by less than the window, and forgotten after more")
  void clockWentBack() {
    refuse("k", 3);
    now.addAndGet(-50 * SECOND);
    refuse("k", 1);
    assertThat(top.lastMinute("api", 9)).containsExactly(exactly("k", 4));
    now.addAndGet(-50 * SECOND);
    assertThat(top.lastMinute("api", 9)).isEmpty();
    refuse("k", 2);
    assertThat(top.lastMinute("api", 9)).containsExactly(exactly("k", 2));
    assertThat(top.lastHour("api", 9)).containsExactly(exactly("k", 6));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE / 4, Long.MAX_VALUE / 4})
  @DisplayName("are found on any clock")
  void anyClock(long origin) {
    now.set(origin);
    TopLimitedKeys other = builder().build();
    refuse(other, "api", "k");
    now.addAndGet(MINUTE);
    refuse(other, "api", "k");
    assertThat(other.lastMinute("api", 9)).containsExactly(exactly("k", 1));
    assertThat(other.lastHour("api", 9)).containsExactly(exactly("k", 2));
  }

  // --- bounds ----------------------------------------------------------------------------------

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
        refuse(some, "api", key);
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
    BiFunction<String, Integer, Void> refuse =
        (key, times) -> {
          for (int i = 0; i < times; i++) {
            refuse(two, "api", key);
          }
          return null;
        };
    refuse.apply("a", 4);
    now.addAndGet(10 * SECOND);
    refuse.apply("a", 1);
    refuse.apply("b", 3);
    refuse.apply("c", 3);
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
                  refuse(some, "api", key);
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

  @Test
  @DisplayName("are counted on the system's clock by default")
  void defaults() {
    TopLimitedKeys some = TopLimitedKeys.create();
    refuse(some, "api", "k");
    assertThat(some.lastHour("api", 1)).containsExactly(exactly("k", 1));
    assertThat(TimeSource.system()).isNotNull();
    assertThat(some).hasToString("top limited keys of 1 policies");
  }
}
