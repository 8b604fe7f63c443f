package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.DecisionEvent;
import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.Logged;
import io.github.ratelimiter.ManualTime;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TestStore;
import io.github.ratelimiter.threads.LibraryExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A listener in the background")
@Timeout(60)
class BackgroundListenerTest {
  private final ManualTime time = new ManualTime();
  private final RateLimiter limiter =
      RateLimiter.builder()
          .policy("test", "9/min")
          .store(new TestStore(time))
          .timeSource(time)
          .build();

  @Test
  @DisplayName("is notified of each decision, in order")
  void inOrder() {
    List<Runnable> tasks = new ArrayList<>();
    List<Long> permits = new ArrayList<>();
    limiter.addObserver(BackgroundListener.of(event -> permits.add(event.permits()), tasks::add));
    limiter.tryAcquire("k", 1);
    limiter.tryAcquire("k", 2);
    limiter.peek("k", 3);
    assertThat(permits).isEmpty();
    tasks.remove(0).run();
    assertThat(permits).containsExactly(1L, 2L, 3L);
  }

  @Test
  @DisplayName("harms no decision if it blocks: decisions are dropped, and one message says so")
  void blocks() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger notified = new AtomicInteger();
    DecisionListener blocking =
        event -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          notified.incrementAndGet();
        };
    try (Logged logged = Logged.by(CallObserver.class)) {
      BackgroundListener background = BackgroundListener.of(blocking);
      limiter.addObserver(background);
      for (int i = 0; i < 15_000; i++) {
        limiter.tryAcquire("k");
      }
      assertThat(background.dropped()).isEqualTo(5_000);
      await().until(() -> !dropLines(logged).isEmpty());
      assertThat(dropLines(logged))
          .containsExactly(
              "WARN A receiver is slow: decisions for a listener are dropped, 1 so far"
                  + " {dropped=1, waiting=10000, what=decisions for a listener}");
      end.countDown();
      await().untilAtomic(notified, equalTo(10_000));
    }
  }

  @Test
  @DisplayName("leaves the threads of calls alone, however many block")
  void manyBlock() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    DecisionListener blocking =
        event -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try {
      for (int i = 0; i < 300; i++) {
        limiter.addObserver(BackgroundListener.of(blocking));
      }
      limiter.tryAcquire("k");
      CompletableFuture<Void> call = new CompletableFuture<>();
      LibraryExecutor.shared().execute(() -> call.complete(null));
      assertThat(call).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      end.countDown();
    }
  }

  private static List<String> dropLines(Logged logged) {
    return logged.lines(line -> line.contains("slow"));
  }

  @Test
  @DisplayName("may throw")
  void throwing() {
    try (Logged logged = Logged.by(CallObserver.class)) {
      List<DecisionEvent> events = new ArrayList<>();
      DecisionListener throwing =
          event -> {
            events.add(event);
            throw new AssertionError("hostile");
          };
      limiter.addObserver(BackgroundListener.of(throwing, Runnable::run));
      limiter.tryAcquire("k");
      limiter.tryAcquire("k");
      assertThat(events).hasSize(2);
      assertThat(logged.lines(line -> line.contains("BackgroundListenerTest"))).hasSize(1);
    }
  }
}
