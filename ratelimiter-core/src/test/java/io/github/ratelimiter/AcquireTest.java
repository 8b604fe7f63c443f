package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting where all limits are buckets: callers reserve ahead and sleep until their turn. */
class AcquireTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder().policy("test", policy).store(store).timeSource(time).build();
  }

  /** The milliseconds after which each of the callers had its turn. */
  private List<Long> turns(List<CompletableFuture<Decision>> callers) {
    long start = time.nowMicros();
    List<Long> turns = new ArrayList<>();
    for (CompletableFuture<Decision> caller : callers) {
      caller.thenRun(() -> turns.add((time.nowMicros() - start) / 1_000));
    }
    time.advance(60_000_000);
    return turns;
  }

  private List<CompletableFuture<Decision>> callers(RateLimiter limiter, int number) {
    List<CompletableFuture<Decision>> callers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      callers.add(limiter.async().tryAcquire("a", 1, MINUTE));
    }
    return callers;
  }

  @Test
  void aTokenBucketsCallersWaitUntilTheirDebtFits() {
    assertThat(turns(callers(limiter("10/s burst 2"), 5)))
        .containsExactly(0L, 0L, 100L, 200L, 300L);
  }

  @Test
  void aLeakyBucketSpacesItsCallersOut() {
    List<CompletableFuture<Decision>> callers = callers(limiter("leaky-bucket 10/s burst 4"), 5);
    // The queue is bounded by the burst: the fifth is refused at once.
    assertThat(callers.remove(4).join().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(turns(callers)).containsExactly(0L, 100L, 200L, 300L);
  }

  @Test
  void aLaterSmallerCallerDoesNotOvertake() {
    RateLimiter limiter = limiter("10/s burst 10");
    limiter.tryAcquire("a", 10);
    List<CompletableFuture<Decision>> callers =
        List.of(
            limiter.async().tryAcquire("a", 10, MINUTE),
            limiter.async().tryAcquire("a", 1, MINUTE));
    assertThat(limiter.tryAcquire("a").allowed()).isFalse();
    assertThat(turns(callers)).containsExactly(1_000L, 1_100L);
  }

  @Test
  void whatCannotSucceedInTimeIsRefusedAtOnceAndConsumesNothing() throws InterruptedException {
    RateLimiter limiter = limiter("10/s burst 1");
    limiter.tryAcquire("a");
    Decision late = limiter.tryAcquire("a", 1, Duration.ofMillis(99));
    assertThat(late.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(late.retryAfter()).contains(Duration.ofMillis(1));
    assertThat(limiter.tryAcquire("a", 2, MINUTE).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(limiter.tryAcquire("a", 1, Duration.ZERO).allowed()).isFalse();
    assertThat(time.pending()).isZero();
    time.advance(100_000);
    assertThat(limiter.tryAcquire("a", 1, Duration.ZERO).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "fixed-window 10/s"})
  void maxWaitIsZeroOrMoreAndAsLongAsAnyDuration(String policy) throws InterruptedException {
    RateLimiter limiter = limiter(policy);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.tryAcquire("a", 1, Duration.ofNanos(-1)))
        .withMessage("maxWait is PT-0.000000001S; it must be zero or more");
    for (long seconds : new long[] {1, Long.MAX_VALUE}) {
      assertThat(limiter.tryAcquire("a", 1, Duration.ofSeconds(seconds)).allowed()).isTrue();
    }
    limiter.tryAcquire("a", 8);
    CompletableFuture<Decision> waiting =
        limiter.async().tryAcquire("a", 1, Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    assertThat(waiting).isNotDone();
    time.advance(1_000_000);
    assertThat(waiting.join().allowed()).isTrue();
  }

  @Test
  void aCancelledWaitGivesItsReservationBack() {
    RateLimiter limiter = limiter("10/s burst 1");
    limiter.tryAcquire("a");
    CompletableFuture<Decision> waiting = limiter.async().tryAcquire("a", 1, MINUTE);
    waiting.cancel(true);
    assertThat(time.pending()).isZero();
    time.advance(100_000);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
  }

  @Test
  void aWaitThatTimesOutGivesItsReservationBack() {
    RateLimiter limiter = limiter("10/s burst 1");
    limiter.tryAcquire("a");
    limiter.async().tryAcquire("a", 1, MINUTE).completeExceptionally(new TimeoutException());
    time.advance(100_000);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
  }

  @Test
  void aReservationThatAnotherStandsOnIsNotGivenBack() {
    RateLimiter limiter = limiter("10/s burst 1");
    limiter.tryAcquire("a");
    CompletableFuture<Decision> first = limiter.async().tryAcquire("a", 1, MINUTE);
    CompletableFuture<Decision> second = limiter.async().tryAcquire("a", 1, MINUTE);
    first.cancel(true);
    time.advance(199_999);
    assertThat(second).isNotDone();
    assertThat(limiter.tryAcquire("a").allowed()).isFalse();
    time.advance(1);
    assertThat(second.join().allowed()).isTrue();
    assertThat(limiter.tryAcquire("a").allowed()).isFalse();
  }

  @Test
  void aWaitCancelledBeforeTheStoreAnsweredIsGivenBackWhenItDoes() {
    RateLimiter limiter = limiter("10/s burst 1");
    store.hold();
    CompletableFuture<Decision> waiting = limiter.async().tryAcquire("a", 1, MINUTE);
    waiting.cancel(false);
    store.release();
    assertThat(store.seen())
        .hasExactlyElementsOfTypes(Request.Reserve.class, Request.Release.class);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
  }

  @Test
  void anInterruptedWaitThrowsAndGivesItsReservationBack() {
    RateLimiter limiter = limiter("10/s burst 1");
    limiter.tryAcquire("a");
    Thread caller = Thread.currentThread();
    CompletableFuture<Void> interrupter =
        CompletableFuture.runAsync(
            () -> {
              while (time.pending() == 0) {
                Thread.onSpinWait();
              }
              caller.interrupt();
            });
    assertThatThrownBy(() -> limiter.tryAcquire("a", 1, MINUTE))
        .isInstanceOf(InterruptedException.class);
    interrupter.join();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(time.pending()).isZero();
    time.advance(100_000);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
  }

  @Test
  void whoIsInterruptedBeforeAskingConsumesNothing() {
    RateLimiter limiter = limiter("10/s burst 1");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> limiter.tryAcquire("a", 1, MINUTE))
        .isInstanceOf(InterruptedException.class);
    assertThat(store.seen()).isEmpty();
  }

  @Test
  void aListenerHearsOnceOfAWaitWhenItIsOver() {
    List<Decision> heard = new ArrayList<>();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("test", "10/s burst 1")
            .store(store)
            .timeSource(time)
            .listener(event -> heard.add(event.decision().orElseThrow()))
            .build();
    limiter.async().tryAcquire("a", 1, MINUTE);
    limiter.async().tryAcquire("a", 1, MINUTE);
    assertThat(heard).hasSize(1);
    time.advance(100_000);
    assertThat(heard).hasSize(2).allMatch(Decision::allowed);
  }
}
