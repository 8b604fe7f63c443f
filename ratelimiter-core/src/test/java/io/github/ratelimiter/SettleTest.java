package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.threads.ServiceThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Costs that are known later: reserve and settle, and record. */
class SettleTest {
  private static final long SECOND = 1_000_000;

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);
  private final List<String> told = new ArrayList<>();

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder()
        .policy("tokens", policy)
        .store(store)
        .timeSource(time)
        .listener(event -> told.add(event.operation() + " " + event.permits()))
        .build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1000/h",
        "fixed-window 1000/h",
        "sliding-log 1000/h",
        "sliding-window 1000/h",
        "1000/h; sliding-log 5000/day"
      })
  @DisplayName("fewer permits than reserved: the others come back")
  void lower(String policy) {
    RateLimiter limiter = limiter(policy);
    Reservation reservation = limiter.reserve("k", 800);
    assertThat(reservation.allowed()).isTrue();
    assertThat(reservation.permits()).isEqualTo(800);
    assertThat(limiter.peek("k").remaining())
        .as("they count from the reservation on")
        .isEqualTo(200);
    assertThat(reservation.settle(300).remaining()).isEqualTo(700);
    assertThat(told).containsExactly("RESERVE 800", "PEEK 1", "SETTLE 500");
  }

  @Test
  @DisplayName("more permits than reserved: the difference is charged, up to what is left")
  void higher() {
    RateLimiter limiter = limiter("fixed-window 1000/h");
    assertThat(limiter.reserve("k", 600).settle(900).remaining()).isEqualTo(100);
    assertThat(limiter.reserve("k", 50).settle(2_000).remaining()).isZero();
    assertThat(limiter.reserve("k", 1).decision().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(told).contains("RECORD 300", "RECORD 1950");
  }

  @Test
  @DisplayName("as many permits as reserved: nothing changes")
  void equal() {
    RateLimiter limiter = limiter("1000/h");
    Decision after = limiter.reserve("k", 1_000).settle(1_000);
    assertThat(after.allowed()).isTrue();
    assertThat(after.remaining()).isZero();
  }

  @Test
  @DisplayName("a bucket takes back only what it has not refilled and granted again")
  void bucketRelied() {
    RateLimiter limiter = limiter("10/s burst 5");
    Reservation reservation = limiter.reserve("k", 5);
    time.advance(SECOND * 3 / 10);
    assertThat(limiter.tryAcquire("k", 3).allowed()).isTrue();
    assertThat(reservation.cancel().remaining()).isEqualTo(2);
  }

  @Test
  @DisplayName("a window that has ended takes back nothing")
  void nextWindow() {
    RateLimiter limiter = limiter("fixed-window 10/s");
    Reservation reservation = limiter.reserve("k", 8);
    time.advance(SECOND);
    assertThat(limiter.tryAcquire("k", 5).allowed()).isTrue();
    assertThat(reservation.cancel().remaining()).isEqualTo(5);
  }

  @Test
  @DisplayName("a refused reservation takes nothing and cannot be settled")
  void refused() {
    RateLimiter limiter = limiter("10/h");
    Reservation refused = limiter.reserve("k", 11);
    assertThat(refused.allowed()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> refused.settle(1))
        .withMessageStartingWith("nothing was reserved; check allowed() first: impossible");
    assertThat(limiter.peek("k").remaining()).isEqualTo(10);
  }

  @Test
  @DisplayName("settling twice, or with a negative number, is an error")
  void badInput() {
    Reservation reservation = limiter("10/h").reserve("k", 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reservation.settle(-1))
        .withMessage("used is -1; it must be 0 or more");
    reservation.settle(2);
    assertThatIllegalStateException()
        .isThrownBy(() -> reservation.settle(2))
        .withMessage("the reservation has been settled already; settle or cancel it once");
    assertThatIllegalStateException().isThrownBy(reservation::cancel);
  }

  @Test
  @DisplayName("a settlement that certainly has not run can be tried again")
  void again() {
    RateLimiter limiter = limiter("10/h");
    Reservation reservation = limiter.reserve("k", 5);
    store.fail(new StoreUnavailableException("down", false, null));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> reservation.settle(2));
    assertThat(reservation.settleAsync(2)).isCompletedExceptionally();
    store.fail(null);
    assertThat(reservation.settle(2).remaining()).isEqualTo(8);
    Reservation other = limiter.reserve("k", 5);
    store.fail(new StoreUnavailableException("the connection broke", true, null));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(other::cancel);
    store.fail(null);
    assertThatIllegalStateException().isThrownBy(other::cancel);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("a settlement that has not run can be tried again when its future completes")
  void againInCallback(boolean direct) {
    RateLimiterBuilder builder =
        RateLimiter.builder().policy("tokens", "10/h").store(store.later()).timeSource(time);
    RateLimiter limiter =
        (direct ? builder.completeDirectly() : builder.executor(Runnable::run)).build();
    Reservation reservation = limiter.reserve("k", 5);
    store.hold();
    CompletableFuture<Decision> settled =
        reservation.settleAsync(2).exceptionallyCompose(failure -> reservation.settleAsync(2));
    store.releaseWith(new StoreUnavailableException("down", false, null));
    assertThat(settled.join().remaining()).isEqualTo(8);
  }

  @Test
  @DisplayName("a later version of the policy takes back what the earlier one has charged")
  void policyChanges() {
    RateLimiter before = limiter("fixed-window 1000/h");
    Reservation reservation = before.reserve("k", 600);
    RateLimiter after = limiter("fixed-window 2000/h");
    assertThat(after.tryAcquire("k", 1).remaining()).isEqualTo(1_399);
    reservation.settle(100);
    assertThat(before.peek("k").remaining()).isEqualTo(899);
  }

  @Test
  @DisplayName("permits that were used without a decision are recorded, up to what is left")
  void records() {
    RateLimiter limiter = limiter("10/h; fixed-window 100/day");
    assertThat(limiter.record("k", 7).remaining()).isEqualTo(3);
    assertThat(limiter.record("k", 7).allowed()).isTrue();
    assertThat(limiter.peek("k").limits())
        .extracting(Decision.LimitStatus::remaining)
        .containsExactly(0L, 86L);
    assertThatIllegalArgumentException().isThrownBy(() -> limiter.record("k", 0));
    assertThat(limiter.async().record("k", 1).join().allowed()).isTrue();
  }

  @Test
  @DisplayName("a future that was cancelled before the answer came reserves nothing")
  void cancelled() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    store.later();
    RateLimiter limiter =
        RateLimiter.builder().policy("p", "10/h").store(store).executor(tasks::add).build();
    store.hold();
    CompletableFuture<Reservation> reservation = limiter.async().reserve("k", 4);
    reservation.cancel(false);
    store.release();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    CompletableFuture<Reservation> next = limiter.async().reserve("k", 10);
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(next.join().allowed()).isTrue();
    assertThat(next.join().toString()).doesNotContain("k:");
  }

  @Test
  @DisplayName("a range takes what is available, and says how much")
  void range() {
    RateLimiter limiter = limiter("fixed-window 10/h");
    Reservation some = limiter.reserve("k", 2, 7);
    assertThat(some.permits()).isEqualTo(7);
    some.settle(3);
    assertThat(limiter.async().reserve("k", 1, 100).join().permits()).isEqualTo(7);
    Reservation none = limiter.forKey("k").reserve(1, 100);
    assertThat(none.allowed()).isFalse();
    assertThat(none.permits()).isZero();
    assertThat(told).contains("RESERVE 7", "SETTLE 4", "RESERVE 100");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.reserve("k", 3, 2))
        .withMessage("max is 2; it must be at least min, 3");
  }

  private static List<Long> remaining(RateLimiter limiter) {
    return limiter.peek("k").limits().stream().map(Decision.LimitStatus::remaining).toList();
  }

  @Test
  @DisplayName("a cost has a number for each limit, in every method that takes one")
  void costs() {
    RateLimiter limiter = limiter("fixed-window 60/h; sliding-log 1000/h");
    KeyLimiter key = limiter.forKey("k");
    Reservation reservation = limiter.reserve("k", Cost.of(1, 800));
    assertThat(remaining(limiter)).containsExactly(59L, 200L);
    reservation.settle(Cost.of(3, 500));
    assertThat(remaining(limiter)).as("one more, one less").containsExactly(57L, 500L);
    assertThat(key.tryAcquire(Cost.of(1, 100)).allowed()).isTrue();
    assertThat(limiter.async().tryAcquire("k", Cost.of(1, 401)).join().allowed()).isFalse();
    limiter.record("k", Cost.of(0, 50));
    key.record(Cost.of(1, 0));
    limiter.async().record("k", Cost.of(1, 1)).join();
    assertThat(remaining(limiter)).containsExactly(54L, 349L);
    key.reserve(Cost.of(4, 4)).settleAsync(Cost.of(0, 5)).join();
    limiter.async().reserve("k", Cost.of(4, 4)).join().cancel();
    assertThat(remaining(limiter)).containsExactly(54L, 344L);
  }

  @Test
  @DisplayName("a cost for another number of limits is an error, and so is a cost of nothing")
  void wrongCost() {
    RateLimiter limiter = limiter("60/h; 1000/day");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.tryAcquire("k", Cost.of(1)))
        .withMessageContaining(
            "permits is [1]; it must have one number for each limit of policy tokens "
                + "(60/h; 1000/day)");
    Reservation reservation = limiter.reserve("k", Cost.of(1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reservation.settle(Cost.of(1, 2, 3)))
        .withMessageContaining("used is [1, 2, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cost.of(1, -1))
        .withMessage(
            "cost is [1, -1]; it needs a number for each limit, and each must be 0 or more");
    assertThatIllegalArgumentException().isThrownBy(Cost::of);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.tryAcquire("k", Cost.of(0, 0)))
        .withMessage("permits is 0; it must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reservation.settle(342))
        .withMessage(
            "used is 342, and [1, 2] were reserved; settle with a Cost that has a number for each"
                + " limit");
    assertThat(reservation.settle(Cost.of(0, 0)).allowed()).as("nothing was used").isTrue();
    assertThat(limiter.record("k", Cost.of(0, 0)).allowed()).isTrue();
  }

  @Test
  @DisplayName("a blocking settlement on a thread that must not wait can be repeated elsewhere")
  void wouldBlock() {
    TestStore remote = new TestStore(time).later();
    RateLimiter limiter =
        RateLimiter.builder().policy("tokens", "60/h").store(remote).timeSource(time).build();
    Reservation reservation = limiter.reserve("k", 10);
    ServiceThreads.run(
        "reads replies",
        () ->
            assertThatIllegalStateException()
                .isThrownBy(() -> reservation.settle(3))
                .withMessageContaining("nothing has been done"));
    assertThat(reservation.settle(3).remaining()).isEqualTo(57);
  }

  @Test
  @DisplayName("limits that are equal share a counter, which takes the largest number")
  void sharedCounter() {
    RateLimiter limiter = limiter("60/min burst 5; 1/s burst 5");
    assertThat(limiter.tryAcquire("k", Cost.of(1, 3)).allowed()).isTrue();
    assertThat(remaining(limiter)).containsExactly(2L, 2L);
  }

  @Test
  @DisplayName("a reservation of limits that share a counter is settled with the largest number")
  void sharedCounterSettled() {
    RateLimiter limiter = limiter("fixed-window 60/h; fixed-window 60/h");
    Reservation less = limiter.reserve("k", Cost.of(5, 10));
    assertThat(less.settle(Cost.of(5, 3)).remaining()).isEqualTo(55);
    Reservation other = limiter.reserve("k", Cost.of(5, 10));
    assertThat(other.settle(Cost.of(7, 3)).remaining()).isEqualTo(48);
    Reservation more = limiter.reserve("k", Cost.of(5, 10));
    assertThat(more.settle(Cost.of(12, 3)).remaining()).isEqualTo(36);
  }

  @Test
  @DisplayName("a settlement in two steps is not repeated after the first")
  void inTwoSteps() {
    RateLimiter limiter = limiter("fixed-window 60/h; sliding-log 1000/h");
    Reservation reservation = limiter.reserve("k", Cost.of(2, 2));
    store.failAfter(1, new StoreUnavailableException("down", false, null));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> reservation.settle(Cost.of(1, 3)));
    assertThatIllegalStateException().isThrownBy(() -> reservation.settle(Cost.of(1, 3)));
  }

  @Test
  @DisplayName("settle and record go into debt, nothing else does")
  void debts() {
    RateLimiter limiter = limiter("fixed-window 100/h debt 50");
    assertThat(limiter.reserve("k", 90).settle(120).uncounted()).isZero();
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    Decision recorded = limiter.record("k", 40);
    assertThat(recorded.uncounted()).isEqualTo(10);
    assertThat(recorded.remaining()).isZero();
    RateLimiter without = limiter("fixed-window 100/h");
    assertThat(without.record("k", 1).uncounted()).as("another version").isEqualTo(1);
  }

  @Test
  @DisplayName("a drained key is refused until the drain ends, under every version")
  void drains() {
    RateLimiter limiter = limiter("10/s");
    limiter.tryAcquire("k", 2);
    assertThat(limiter.drain("k", Duration.ofSeconds(3)).remaining()).isZero();
    limiter.forKey("k").drain(Duration.ofSeconds(1));
    limiter.async().drain("k", Duration.ofSeconds(1)).join();
    assertThat(limiter.tryAcquire("k").retryAfter()).contains(Duration.ofSeconds(3));
    assertThat(limiter("20/s; 1000/h").tryAcquire("k").retryAfter())
        .contains(Duration.ofSeconds(3));
    assertThat(told).contains("DRAIN 0");
    time.advance(3 * SECOND - 1);
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    time.advance(1);
    assertThat(limiter.tryAcquire("k", 10).allowed()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.drain("k", Duration.ofNanos(999)))
        .withMessage("duration is PT0.000000999S; it must be at least one microsecond");
  }
}
