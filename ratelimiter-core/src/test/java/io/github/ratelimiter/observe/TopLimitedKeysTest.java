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
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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

  @Test
  @DisplayName("are counted on the system's clock by default")
  void defaults() {
    TopLimitedKeys some = TopLimitedKeys.create();
    refuse(some, "api", "k");
    assertThat(some.lastHour("api", 1)).containsExactly(exactly("k", 1));
    assertThat(some).hasToString("top limited keys of 1 policies");
  }
}
