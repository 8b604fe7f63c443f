package io.github.ratelimiter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A decision has one deadline, however many layers and tries there are behind the limiter. */
class OneDeadlineTest {
  private static final long TIMEOUT = 50_000;
  private static final Policy POLICY = Policy.parse("test", "1000/s");

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final Hanging store = new Hanging();
  private final AdmissionCache cache =
      AdmissionCache.around(store).timeSource(clock).lease(Duration.ofMillis(100)).build();

  private record Call(CompletableFuture<Decision> answer, long start, long[] end) {
    Call(CompletableFuture<Decision> answer, ManualTimeSource clock) {
      this(answer, clock.nowMicros(), new long[1]);
      var unused = answer.whenComplete((d, failure) -> end[0] = clock.nowMicros());
    }

    long micros() {
      assertThat(answer).isDone();
      return end[0] - start;
    }
  }

  /** Answers at once, or hangs until the deadline and not a moment longer. */
  private final class Hanging implements StateStore {
    private final StateStore store = LocalStateStore.builder().timeSource(clock).build();
    private final List<Request> asked = new ArrayList<>();
    private boolean hangs;
    private long lateMicros;

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      asked.add(request);
      boolean inTime = lateMicros < deadline.leftMicros();
      if (lateMicros > 0 && inTime) {
        return clock.after(lateMicros).thenCompose(late -> store.decide(request, deadline));
      }
      return hangs || !inTime
          ? deadline
              .timeSource()
              .after(deadline.leftMicros())
              .thenCompose(
                  late ->
                      CompletableFuture.failedFuture(new StoreTimeoutException("hung", true, null)))
          : store.decide(request, deadline);
    }

    @Override
    public Duration timeout() {
      return Duration.ofNanos(TIMEOUT * 1_000);
    }
  }

  private RateLimiter limiter(StateStore store) {
    return RateLimiter.builder().policy(POLICY).store(store).timeSource(clock).build();
  }

  private void heat(RateLimiter limiter) {
    for (int i = 0; i < 20; i++) {
      limiter.tryAcquire("hot");
    }
    assertThat(store.asked).anyMatch(Request.Lease.class::isInstance);
  }

  /** Calls that begin a millisecond apart, for longer than one timeout. */
  private List<Call> calls(RateLimiter limiter) {
    store.hangs = true;
    // The lease ends: from now on a caller must request the next one.
    clock.advance(Duration.ofMillis(100));
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      for (int j = 0; j < 3; j++) {
        calls.add(new Call(limiter.async().tryAcquire("hot"), clock));
      }
      clock.advance(Duration.ofMillis(1));
    }
    clock.advance(Duration.ofMillis(60));
    return calls;
  }

  @Test
  @DisplayName("behind the cache, a hung store takes no caller longer than its one deadline")
  void cache() {
    RateLimiter limiter = limiter(cache);
    heat(limiter);
    List<Call> calls = calls(limiter);
    assertThat(calls).allSatisfy(call -> assertThat(call.micros()).isBetween(1L, TIMEOUT));
    assertThat(calls).allMatch(call -> call.answer().isCompletedExceptionally());
    // The cache is still used: not everybody has asked by himself.
    assertThat(store.asked).filteredOn(Request.Lease.class::isInstance).hasSizeGreaterThan(1);
  }

  @Test
  @DisplayName("with a fallback behind the cache, they are decided by then")
  void cacheAndFallback() {
    StateStore chain =
        AdmissionCache.around(Fallback.around(store).timeSource(clock).build())
            .timeSource(clock)
            .lease(Duration.ofMillis(100))
            .build();
    RateLimiter limiter = limiter(chain);
    heat(limiter);
    List<Call> calls = calls(limiter);
    assertThat(calls).allSatisfy(call -> assertThat(call.micros()).isBetween(0L, TIMEOUT));
    assertThat(calls).allMatch(call -> call.answer().join().source() == Source.FALLBACK);
  }

  @Test
  @DisplayName("a caller that waits for a lease is answered by its own deadline")
  void shorterThanTheRenewal() {
    RateLimiter limiter = limiter(cache);
    heat(limiter);
    store.hangs = true;
    clock.advance(Duration.ofMillis(100));
    Call first = new Call(limiter.async().tryAcquire("hot"), clock);
    Request request = new Request.Acquire("hot", POLICY, 1);
    Call hasty =
        new Call(
            cache.decide(request, Deadline.afterMicros(5_000, clock)).toCompletableFuture(), clock);
    clock.advance(Duration.ofMillis(50));
    assertThat(hasty.micros()).isEqualTo(5_000);
    assertThat(first.micros()).isEqualTo(TIMEOUT);
    assertThat(clock.waiting()).isZero();
  }

  @Test
  @DisplayName("a caller in a queue is answered within maxWait and one timeout")
  void queue() {
    Policy window = Policy.parse("test", "fixed-window 3/min");
    RateLimiter limiter =
        RateLimiter.builder().policy(window).store(store).timeSource(clock).build();
    limiter.tryAcquire("k", 2);
    clock.advance(Duration.ofSeconds(1));
    Call first = new Call(limiter.async().tryAcquire("k", 2, Duration.ofMinutes(1)), clock);
    Call second = new Call(limiter.async().tryAcquire("k", 1, Duration.ofMillis(20)), clock);
    store.store.tryDecide(new Request.Reset("k", window));
    store.lateMicros = 40_000;
    clock.advance(Duration.ofMillis(200));
    assertThat(first.answer()).isNotDone();
    assertThat(second.micros()).isBetween(20_000L, 20_000 + TIMEOUT);
  }

  @Test
  @DisplayName("wrappers have their store's timeout, and find what it can do")
  void forwarded() {
    Fallback fallback = Fallback.around(cache).timeSource(clock).build();
    assertThat(fallback.timeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(fallback.unwrap(Hanging.class)).containsSame(store);
    assertThat(fallback.unwrap(AdmissionCache.class)).containsSame(cache);
    assertThat(fallback.unwrap(LocalStateStore.class)).isEmpty();
  }
}
