package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting where nobody can reserve ahead: callers of a key form a queue. */
class QueueTest {
  private static final long SECOND = 1_000_000;

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);

  private RateLimiter limiter(String policy) {
    // The epoch's windows of a second begin with the clock, which starts on one.
    return RateLimiter.builder().policy("test", policy).store(store).timeSource(time).build();
  }

  private static CompletableFuture<Decision> wait(RateLimiter limiter, long permits, long seconds) {
    return limiter.async().tryAcquire("a", permits, Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "sliding-log 2/s", "fixed-window 2/s; 2/s"})
  void firstComeFirstServed(String policy) {
    RateLimiter limiter = limiter(policy);
    List<Integer> served = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      int caller = i;
      wait(limiter, 1, 60).thenRun(() -> served.add(caller));
    }
    assertThat(served).containsExactly(0, 1);
    time.advance(SECOND - 1);
    assertThat(served).hasSize(2);
    time.advance(1);
    assertThat(served).containsExactly(0, 1, 2, 3);
    time.advance(2 * SECOND);
    assertThat(served).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(time.pending()).isZero();
  }

  @Test
  void aStoreThatRefusesAndSaysAtOnceIsAskedLessAndLessOften() {
    AtomicInteger asked = new AtomicInteger();
    Policy policy = Policy.parse("test", "fixed-window 2/s");
    StateStore confused =
        (request, deadline) -> {
          asked.incrementAndGet();
          return CompletableFuture.completedFuture(
              StoreDecision.of(policy, Outcome.REFUSED, 0, 0, new long[] {0}, new long[] {0}));
        };
    RateLimiter limiter =
        RateLimiter.builder().policy(policy).store(confused).timeSource(time).build();
    CompletableFuture<Decision> turn = wait(limiter, 1, 10);
    assertThat(asked).hasValue(1);
    time.advance(10 * SECOND);
    assertThat(asked).hasValueBetween(10, 30);
    time.advance(SECOND);
    assertThat(turn.join().allowed()).isFalse();
  }

  @Test
  void whoAsksForFewerStandsBehindWhoAsksForMore() {
    RateLimiter limiter = limiter("fixed-window 10/s");
    limiter.tryAcquire("a", 5);
    CompletableFuture<Decision> large = wait(limiter, 8, 60);
    CompletableFuture<Decision> small = wait(limiter, 1, 60);
    assertThat(large).isNotDone();
    assertThat(small).isNotDone();
    time.advance(SECOND);
    assertThat(large.join().remaining()).isEqualTo(2);
    assertThat(small.join().remaining()).isEqualTo(1);
  }

  @Test
  void keysDoNotWaitForEachOther() {
    RateLimiter limiter = limiter("fixed-window 1/s");
    wait(limiter, 1, 60);
    wait(limiter, 1, 60);
    assertThat(limiter.async().tryAcquire("b", 1, Duration.ofSeconds(60))).isDone();
  }

  @Test
  void theHopelessAreRefusedAtOnceFirstOrNot() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    limiter.tryAcquire("a", 10);
    Decision alone = wait(limiter, 1, 5).join();
    assertThat(alone.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(alone.retryAfter()).contains(Duration.ofSeconds(10));
    wait(limiter, 1, 60);
    assertThat(wait(limiter, 1, 5).join().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(wait(limiter, 11, 60).join().outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(wait(limiter, Long.MAX_VALUE, 60).join().outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void theImpossibleIsRefusedAtItsDeadlineIfTheStoreCouldNotBeAskedBefore() {
    RateLimiter limiter = limiter("fixed-window 10/h");
    limiter.tryAcquire("a", 10);
    wait(limiter, 5, 4_000);
    store.fail(new StoreUnavailableException("down", false, null));
    CompletableFuture<Decision> impossible = wait(limiter, Long.MAX_VALUE, 60);
    assertThat(impossible).isNotDone();
    store.fail(null);
    time.advance(60 * SECOND);
    assertThat(impossible).isCompleted();
    assertThat(impossible.join().outcome()).isEqualTo(Outcome.IMPOSSIBLE);
  }

  @Test
  void theDeadlineComesWhileStandingBehindOthers() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    limiter.tryAcquire("a", 10);
    CompletableFuture<Decision> first = wait(limiter, 10, 60);
    CompletableFuture<Decision> second = wait(limiter, 1, 12);
    CompletableFuture<Decision> third = wait(limiter, 1, 60);
    time.advance(10 * SECOND);
    assertThat(first.join().allowed()).isTrue();
    // Now the second is first, and its ten seconds more are too long for the two that it has.
    assertThat(second.join().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(third).isNotDone();
    time.advance(10 * SECOND);
    assertThat(third.join().allowed()).isTrue();
  }

  @Test
  void whoHasNoTimeIsNotToldAllowedForNothing() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    limiter.tryAcquire("a", 5);
    CompletableFuture<Decision> large = wait(limiter, 10, 60);
    // Five are there, but they belong to the one in front.
    CompletableFuture<Decision> small = wait(limiter, 1, 0);
    time.advance(1);
    assertThat(small.join().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(limiter.peek("a").remaining()).isEqualTo(5);
    assertThat(large).isNotDone();
  }

  @Test
  void aClockThatRunsOnBetweenTwoReadingsFoolsNobody() {
    TimeSource running =
        new TimeSource() {
          @Override
          public long nowMicros() {
            time.advance(1);
            return time.nowMicros();
          }

          @Override
          public CompletableFuture<Void> after(long micros) {
            return time.after(micros);
          }
        };
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("test", "fixed-window 10/10s")
            .store(store)
            .timeSource(running)
            .build();
    limiter.tryAcquire("a", 5);
    wait(limiter, 10, 60);
    CompletableFuture<Decision> small = wait(limiter, 1, 0);
    time.advance(1);
    assertThat(small.join().allowed()).isFalse();
    assertThat(limiter.peek("a").remaining()).isEqualTo(5);
  }

  @Test
  void whoseDeadlineComesWhenThereIsEnoughForBothIsServed() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    limiter.tryAcquire("a", 10);
    CompletableFuture<Decision> large = wait(limiter, 4, 60);
    CompletableFuture<Decision> small = wait(limiter, 1, 11);
    // Permits come back early; the first still sleeps until the window ends.
    limiter.refund("a", 5);
    time.advance(10 * SECOND);
    assertThat(large.join().allowed()).isTrue();
    assertThat(small.join().allowed()).isTrue();
    assertThat(limiter.peek("a").remaining()).isEqualTo(5);
  }

  @Test
  void aDeadlineThatCoincidesWithAnotherTurnTakesWhatIsLeftOver() {
    RateLimiter limiter = limiter("sliding-log 10/10s");
    limiter.tryAcquire("a", 10);
    CompletableFuture<Decision> large = wait(limiter, 4, 60);
    CompletableFuture<Decision> small = wait(limiter, 1, 10);
    limiter.refund("a", 5);
    time.advance(10 * SECOND);
    assertThat(large.join().allowed()).isTrue();
    assertThat(small.join().allowed()).isTrue();
    assertThat(limiter.peek("a").remaining()).isEqualTo(5);
  }

  @Test
  void whoLeavesMakesRoomForTheNext() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    limiter.tryAcquire("a", 5);
    CompletableFuture<Decision> large = wait(limiter, 10, 60);
    CompletableFuture<Decision> small = wait(limiter, 5, 60);
    large.cancel(false);
    assertThat(small.join().allowed()).isTrue();
    assertThat(time.pending()).isZero();
  }

  @Test
  void whoLeavesWhileTheStoreAnswersGivesThePermitsBack() {
    RateLimiter limiter = limiter("fixed-window 10/10s");
    store.hold();
    CompletableFuture<Decision> gone = wait(limiter, 10, 60);
    gone.cancel(false);
    store.release();
    assertThat(limiter.peek("a").remaining()).isEqualTo(10);
  }

  @Test
  void whoWaitsHearsThatTheStoreFailed() {
    RateLimiter limiter = limiter("fixed-window 1/s");
    limiter.tryAcquire("a");
    CompletableFuture<Decision> first = wait(limiter, 1, 60);
    CompletableFuture<Decision> second = wait(limiter, 1, 60);
    store.throwAtCall(new IllegalStateException("closed"));
    time.advance(SECOND);
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(time.pending()).isZero();
    store.throwAtCall(null);
    assertThat(wait(limiter, 1, 60).join().allowed()).isTrue();
  }

  @Test
  void anInterruptedCallerLeavesTheQueue() {
    RateLimiter limiter = limiter("fixed-window 1/s");
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
    assertThatThrownBy(() -> limiter.tryAcquire("a", 1, Duration.ofSeconds(60)))
        .isInstanceOf(InterruptedException.class);
    interrupter.join();
    time.advance(SECOND);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
  }

  @Test
  void tenThousandWaitersAreServedInOrderWithoutASingleDeepStack() {
    RateLimiter limiter = limiter("fixed-window 10000/s");
    limiter.tryAcquire("a", 10_000);
    List<Integer> served = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      int caller = i;
      wait(limiter, 1, 60).thenRun(() -> served.add(caller));
    }
    time.advance(SECOND);
    assertThat(served).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    assertThat(time.pending()).isZero();
  }

  @Test
  void tenThousandWaitersGiveUpTogether() {
    RateLimiter limiter = limiter("fixed-window 10/h");
    limiter.tryAcquire("a", 10);
    CompletableFuture<Decision> first = wait(limiter, 1, 7_200);
    List<CompletableFuture<Decision>> others = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      others.add(wait(limiter, 1, 3_600));
    }
    first.cancel(false);
    time.advance(3_600 * SECOND);
    assertThat(others).allMatch(CompletableFuture::isDone);
    assertThat(others.stream().filter(other -> other.join().allowed())).hasSize(10);
  }
}
