package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that wait do not fail with a store that certainly did nothing. */
class AskAgainTest {
  private static final long SECOND = 1_000_000;

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder().policy("test", policy).store(store).timeSource(time).build();
  }

  private static CompletableFuture<Decision> wait(RateLimiter limiter, long seconds) {
    return limiter.async().tryAcquire("a", 1, Duration.ofSeconds(seconds));
  }

  private static StoreException down() {
    return new StoreUnavailableException("down", false, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "sliding-log 2/s", "2/s burst 2"})
  @DisplayName("a store that was away for a moment fails nobody, and all are served in order")
  void away(String policy) {
    RateLimiter limiter = limiter(policy);
    limiter.tryAcquire("a", 2);
    time.advance(SECOND - 4_000);
    store.fail(down());
    List<Integer> served = new ArrayList<>();
    List<CompletableFuture<Decision>> turns = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int caller = i;
      turns.add(wait(limiter, 10));
      var unused = turns.get(i).thenRun(() -> served.add(caller));
    }
    time.advance(100_000);
    assertThat(turns).noneMatch(CompletableFuture::isDone);
    store.fail(null);
    time.advance(6 * SECOND);
    assertThat(turns).allMatch(turn -> turn.isDone() && turn.join().allowed());
    assertThat(served).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "2/s burst 2"})
  @DisplayName("the connection breaks while they wait: their turn comes later, not never")
  void breaksAtTheTurn(String policy) {
    RateLimiter limiter = limiter(policy);
    limiter.tryAcquire("a", 2);
    CompletableFuture<Decision> first = wait(limiter, 10);
    CompletableFuture<Decision> second = wait(limiter, 10);
    store.fail(down());
    time.advance(SECOND + 50_000);
    store.fail(null);
    time.advance(SECOND);
    assertThat(first.join().allowed()).isTrue();
    assertThat(second.join().allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "2/s burst 2"})
  @DisplayName(
      "they ask less and less often, a last time at their deadline, and hear what is wrong")
  void backsOff(String policy) {
    RateLimiter limiter = limiter(policy);
    store.fail(down());
    CompletableFuture<Decision> turn = wait(limiter, 3);
    time.advance(3 * SECOND - 1);
    assertThat(turn).isNotDone();
    // At 0, 10, 30, 70, 150, 310, 630 and 1,270 ms, then every second.
    assertThat(store.seen()).hasSize(9);
    time.advance(1);
    assertThat(turn).isCompletedExceptionally();
    assertThat(turn.handle((d, failure) -> failure).join())
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(store.seen()).hasSize(10);
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "2/s burst 2"})
  @DisplayName("a permit that is there at the deadline is taken")
  void justInTime(String policy) {
    RateLimiter limiter = limiter(policy);
    store.fail(down());
    CompletableFuture<Decision> turn = wait(limiter, 3);
    time.advance(3 * SECOND - 1);
    store.fail(null);
    time.advance(1);
    assertThat(turn.join().allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "2/s burst 2"})
  @DisplayName("what may have run, and what is a mistake, fails the caller at once")
  void notAgain(String policy) {
    for (RuntimeException failure :
        List.of(
            new StoreUnavailableException("broke", true, null),
            new StoreTimeoutException("late", true, null),
            new StoreMisconfiguredException("password", false, null),
            new IllegalStateException("closed"))) {
      store.fail(failure);
      assertThat(wait(limiter(policy), 10)).isCompletedExceptionally();
    }
    assertThat(store.seen()).hasSize(4);
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 2/s", "2/s burst 2"})
  @DisplayName("who goes away while the store is away leaves nothing behind")
  void goesAway(String policy) {
    RateLimiter limiter = limiter(policy);
    store.fail(down());
    CompletableFuture<Decision> turn = wait(limiter, 10);
    turn.cancel(false);
    assertThat(time.pending()).isZero();
    store.fail(null);
    time.advance(10 * SECOND);
    assertThat(limiter.peek("a").remaining()).isEqualTo(2);
  }
}
