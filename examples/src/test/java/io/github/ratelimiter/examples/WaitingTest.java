package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder().policy("api", policy).store(store).timeSource(clock).build();
  }

  private static String send(String text) {
    return text + " sent";
  }

  @Test
  void howDoIWaitForMyTurn() throws InterruptedException {
    RateLimiter limiter = limiter("10/s");

    Decision decision = limiter.tryAcquire("mail", 1, Duration.ofSeconds(2));
    if (decision.allowed()) {
      send("mail");
    }
    assertThat(decision.allowed()).isTrue();
  }

  @Test
  void whoComesTooLateIsRefusedAtOnce() {
    RateLimiter limiter = limiter("10/s burst 1");

    Duration maxWait = Duration.ofMillis(150);
    CompletableFuture<Decision> first = limiter.async().tryAcquire("mail", 1, maxWait);
    CompletableFuture<Decision> second = limiter.async().tryAcquire("mail", 1, maxWait);
    CompletableFuture<Decision> third = limiter.async().tryAcquire("mail", 1, maxWait);

    assertThat(first.join().allowed()).isTrue();
    assertThat(second).isNotDone();
    assertThat(third.join().allowed()).isFalse();
    assertThat(third.join().retryAfter()).contains(Duration.ofMillis(50));

    clock.advance(Duration.ofMillis(100));
    assertThat(second.join().allowed()).isTrue();
  }

  @Test
  void howDoISpaceWorkOut() {
    RateLimiter limiter = limiter("leaky-bucket 10/s burst 3");

    List<CompletableFuture<Decision>> turns = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      turns.add(limiter.async().tryAcquire("printer", 1, Duration.ofMinutes(1)));
    }

    // One at work, two in the queue, and no room for a fourth.
    assertThat(turns.get(0).join().allowed()).isTrue();
    assertThat(turns.get(1)).isNotDone();
    assertThat(turns.get(2)).isNotDone();
    assertThat(turns.get(3).join().allowed()).isFalse();

    clock.advance(Duration.ofMillis(100));
    assertThat(turns.get(1)).isDone();
    assertThat(turns.get(2)).isNotDone();

    // Another call may still be tried: it asks for room, not for a turn.
    assertThat(limiter.tryAcquire("printer").allowed()).isTrue();
  }

  @Test
  void howDoIGiveUpWaiting() {
    RateLimiter limiter = limiter("10/s burst 1");
    limiter.tryAcquire("mail");

    CompletableFuture<Decision> turn = limiter.async().tryAcquire("mail", 1, Duration.ofSeconds(2));
    turn.cancel(false);

    assertThat(limiter.peek("mail").retryAfter()).contains(Duration.ofMillis(100));
  }

  @Test
  void howDoINotBlockAThread() {
    RateLimiter limiter = limiter("10/s");
    Executor worker = Runnable::run;

    CompletableFuture<String> sent =
        limiter
            .async()
            .tryAcquire("mail", 1, Duration.ofSeconds(2))
            .thenApplyAsync(
                decision -> decision.allowed() ? send("mail") : "not this time", worker);
    assertThat(sent).isCompletedWithValue("mail sent");
  }

  @Test
  void mayEachCallHaveAThread() throws Exception {
    RateLimiter limiter = limiter("5/min");

    // On Java 21 and later: Executors.newVirtualThreadPerTaskExecutor()
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(threads.submit(() -> limiter.tryAcquire("user:42").allowed()));
    }

    int allowed = 0;
    for (Future<Boolean> call : calls) {
      allowed += call.get() ? 1 : 0;
    }
    assertThat(allowed).isEqualTo(5);
    threads.shutdown();
  }

  @Test
  void howDoIAskWithoutBlocking() {
    RateLimiter limiter = limiter("10/s");

    CompletableFuture<Long> left =
        limiter.async().tryAcquire("user:42", 4).thenApply(Decision::remaining);
    assertThat(left).isCompletedWithValue(6L);
  }
}
