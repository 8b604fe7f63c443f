package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ratelimiter.threads.ServiceThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which thread runs the application's code: its dependent stages and its listeners. */
class DeliveryTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time).later();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final DecisionListener listener =
      event ->
          told.add(
              event
                  .decision()
                  .map(decision -> decision.outcome().toString())
                  .orElseGet(() -> event.failure().orElseThrow().getClass().getSimpleName()));

  private RateLimiterBuilder builder(String policy) {
    return RateLimiter.builder()
        .policy("test", policy)
        .store(store)
        .timeSource(time)
        .executor(tasks::add);
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  @DisplayName("an answer that comes later completes the future on the executor, listeners first")
  void later() {
    RateLimiter limiter = builder("10/s").listener(listener).build();
    store.hold();
    CompletableFuture<Decision> answer = limiter.async().tryAcquire("a");
    var unused = answer.thenRun(() -> told.add("completed"));
    store.release();
    assertThat(answer).isNotDone();
    assertThat(told).isEmpty();
    runTasks();
    assertThat(answer.join().remaining()).isEqualTo(9);
    assertThat(told).containsExactly("ALLOWED", "completed");
  }

  @Test
  @DisplayName("an answer that is there at the call is given at the call")
  void atOnce() {
    RateLimiter limiter = builder("10/s").listener(listener).build();
    assertThat(limiter.async().tryAcquire("a").join().remaining()).isEqualTo(9);
    assertThat(told).containsExactly("ALLOWED");
    assertThat(tasks).isEmpty();
  }

  @Test
  @DisplayName("a blocking call needs no executor, and tells its listeners itself")
  void blocking() throws InterruptedException {
    RateLimiter limiter = builder("10/s burst 1").listener(listener).build();
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
    assertThat(limiter.tryAcquire("a", 1, Duration.ZERO).allowed()).isFalse();
    store.fail(new StoreUnavailableException("down", false, null));
    assertThat(catchThrowable(() -> limiter.tryAcquire("a")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(told).containsExactly("ALLOWED", "REFUSED", "StoreUnavailableException");
    assertThat(tasks).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s burst 1", "fixed-window 1/s", "sliding-log 1/s"})
  @DisplayName("cancelling the future ends the wait")
  void cancelled(String policy) {
    RateLimiter limiter = builder(policy).listener(listener).build();
    limiter.tryAcquire("a");
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("a", 1, MINUTE);
    assertThat(turn).isNotDone();
    turn.cancel(false);
    assertThat(time.pending()).isZero();
    time.advance(1_000_000);
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
    runTasks();
    assertThat(told).containsExactly("ALLOWED", "ALLOWED", "CancellationException");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s burst 1", "fixed-window 1/s", "sliding-log 1/s"})
  @DisplayName("what is cancelled after its turn, before it is delivered, is given back")
  void cancelledTooLate(String policy) {
    RateLimiter limiter = builder(policy).build();
    limiter.tryAcquire("a");
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("a", 1, MINUTE);
    time.advance(1_000_000);
    assertThat(limiter.peek("a").allowed()).isEqualTo(policy.startsWith("10/s"));
    assertThat(tasks).hasSize(1);
    assertThat(turn.cancel(false)).isTrue();
    runTasks();
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
  }

  @Test
  @DisplayName("the next in the queue does not wait for the delivery of the one before")
  void queueGoesOn() {
    RateLimiter limiter = builder("fixed-window 2/s").build();
    limiter.tryAcquire("a", 2);
    CompletableFuture<Decision> first = limiter.async().tryAcquire("a", 1, MINUTE);
    CompletableFuture<Decision> second = limiter.async().tryAcquire("a", 1, MINUTE);
    time.advance(1_000_000);
    assertThat(tasks).hasSize(2);
    tasks.removeLast().run();
    assertThat(first).isNotDone();
    assertThat(second.join().allowed()).isTrue();
  }

  @Test
  @DisplayName("what an executor rejects is delivered all the same")
  void rejected() {
    RateLimiter limiter =
        builder("10/s")
            .executor(
                task -> {
                  throw new RejectedExecutionException("shut down");
                })
            .build();
    store.hold();
    CompletableFuture<Decision> answer = limiter.async().tryAcquire("a");
    store.release();
    assertThat(answer.join().allowed()).isTrue();
  }

  @Test
  @DisplayName("by default, code of the application runs on the library's executor")
  void byDefault() {
    RateLimiter limiter = RateLimiter.builder().policy("test", "10/s").store(store).build();
    store.hold();
    CompletableFuture<String> thread =
        limiter.async().tryAcquire("a").thenApply(d -> Thread.currentThread().getName());
    store.release();
    assertThat(thread.join()).startsWith("ratelimiter-callback-");
  }

  @Test
  @DisplayName("an application may choose to complete on the thread that has the answer")
  void directly() {
    RateLimiter limiter = builder("10/s").completeDirectly().listener(listener).build();
    store.hold();
    CompletableFuture<Decision> answer = limiter.async().tryAcquire("a");
    store.release();
    assertThat(answer).isCompleted();
    assertThat(tasks).isEmpty();
    assertThat(told).containsExactly("ALLOWED");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("a blocking call where answers arrive fails at once, and nothing is asked")
  void blockingWhereAnswersArrive(boolean withListener) {
    RateLimiterBuilder builder = builder("10/s");
    RateLimiter limiter = withListener ? builder.listener(listener).build() : builder.build();
    ServiceThreads.run(
        "reads the answers of a test",
        () -> {
          for (Runnable call :
              List.<Runnable>of(
                  () -> limiter.tryAcquire("a"),
                  () -> limiter.peek("a"),
                  () -> limiter.refund("a", 1),
                  () -> limiter.reset("a"),
                  () -> acquire(limiter))) {
            assertThatIllegalStateException()
                .isThrownBy(call::run)
                .withMessageContaining(Thread.currentThread().getName())
                .withMessageContaining("reads the answers of a test")
                .withMessageContaining("asynchronous")
                .withMessageContaining("completeDirectly()");
          }
          assertThat(limiter.async().tryAcquire("a").join().remaining()).isEqualTo(9);
        });
    assertThat(store.seen()).hasSize(1);
    assertThat(limiter.tryAcquire("a").remaining()).isEqualTo(8);
  }

  @Test
  @DisplayName("what needs no waiting may be asked anywhere")
  void nothingToWaitFor() {
    RateLimiter limiter =
        RateLimiter.builder().policy("test", "10/s").store(new TestStore(time)).build();
    ServiceThreads.run("reads", () -> assertThat(limiter.tryAcquire("a").allowed()).isTrue());
  }

  private static void acquire(RateLimiter limiter) {
    try {
      limiter.tryAcquire("a", 1, MINUTE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
