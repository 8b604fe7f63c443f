package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application does with the answer never holds up other callers. */
class CallbackTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private RedisProcess server;

  @BeforeEach
  void start() {
    server = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RedisStateStore open(Duration timeout) {
    return RedisStateStore.builder(server.uri()).timeout(timeout).build();
  }

  private static RateLimiter limiter(StateStore store, String name) {
    return RateLimiter.of(Policy.parse(name, "1000/day"), store);
  }

  @Test
  @DisplayName("a second limit may be asked, blocking, in the callback of a first")
  void blockingCallInACallback() {
    try (RedisStateStore store = open(LONG)) {
      RateLimiter user = limiter(store, "user");
      RateLimiter tenant = limiter(store, "tenant");
      for (int i = 0; i < 20; i++) {
        // The answer comes after the callback has been attached.
        server.pause();
        CompletableFuture<Boolean> both =
            user.async().tryAcquire("u").thenApply(first -> tenant.tryAcquire("t").allowed());
        server.resume();
        assertThat(user.tryAcquire("innocent").allowed()).isTrue();
        assertThat(both.join()).isTrue();
      }
      assertThat(tenant.peek("t").remaining()).isEqualTo(980);
    }
  }

  @Test
  @DisplayName("where futures complete directly, it fails at once, takes nothing, and says why")
  void blockingCallOnTheIoThread() {
    try (RedisStateStore store = open(LONG)) {
      RateLimiter user =
          RateLimiter.builder()
              .policy(Policy.parse("user", "1000/day"))
              .store(store)
              .completeDirectly()
              .build();
      RateLimiter tenant = limiter(store, "tenant");
      server.pause();
      CompletableFuture<Boolean> both =
          user.async().tryAcquire("u").thenApply(first -> tenant.tryAcquire("t").allowed());
      server.resume();
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(both::join)
          .withCauseInstanceOf(IllegalStateException.class)
          .withMessageContaining("lettuce")
          .withMessageContaining("reads the answers of Redis")
          .withMessageContaining("asynchronous");
      assertThat(tenant.peek("t").remaining()).isEqualTo(1_000);
    }
  }

  @Test
  @DisplayName("the same on the event loop of a connection that is the application's")
  void blockingCallInACallbackOfTheApplicationsOwnCommand() {
    RedisClient client = RedisClient.create(server.uri());
    try (StatefulRedisConnection<String, String> connection = client.connect();
        RedisStateStore store = RedisStateStore.builder(connection).timeout(LONG).build()) {
      RateLimiter limiter = limiter(store, "user");
      server.pause();
      CompletableFuture<Decision> own =
          connection
              .async()
              .ping()
              .toCompletableFuture()
              .thenApply(pong -> limiter.tryAcquire("u"));
      server.resume();
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(own::join)
          .withCauseInstanceOf(IllegalStateException.class);
    } finally {
      client.shutdown(0, 0, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("callbacks that take long, on a server that hangs, delay nobody's deadline")
  void slowCallbacks(boolean withFallback) throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(4);
    try (RedisStateStore store = open(Duration.ofMillis(100))) {
      StateStore chain = withFallback ? Fallback.around(store).window(1_000, 1_000).build() : store;
      RateLimiter limiter = limiter(chain, "user");
      limiter.tryAcquire("warm");
      server.pause();
      for (int i = 0; i < 4; i++) {
        var unused =
            limiter
                .async()
                .tryAcquire("slow" + i)
                .whenComplete(
                    (decision, failure) -> {
                      entered.countDown();
                      awaitQuietly(held);
                    });
      }
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 5; i++) {
        long start = System.nanoTime();
        if (withFallback) {
          assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
        } else {
          assertThatExceptionOfType(StoreTimeoutException.class)
              .isThrownBy(() -> limiter.tryAcquire("k"));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      }
    } finally {
      held.countDown();
      server.resume();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName(
      "the deadline is the limiter's clock's: a clock that stands still waits, one that moves is obeyed")
  void deadlineOnTheLimitersClock() {
    ManualTimeSource clock = ManualTimeSource.create();
    try (RedisStateStore store = open(Duration.ofMillis(50))) {
      RateLimiter limiter =
          RateLimiter.builder().policy("test", "1000/day").store(store).timeSource(clock).build();
      limiter.tryAcquire("k");
      server.pause();
      CompletableFuture<Decision> answer = limiter.async().tryAcquire("k");
      // By the system's clock this one's time is over long after the other's.
      CompletableFuture<Decision> later = limiter(store, "user").async().tryAcquire("k");
      eventually("the deadline of the system's clock has passed").until(later::isDone);
      assertThat(answer).isNotDone();
      clock.advance(Duration.ofMillis(49));
      CompletableFuture<Decision> again = limiter(store, "user").async().tryAcquire("k");
      eventually("and once more").until(again::isDone);
      assertThat(answer).isNotDone();
      clock.advance(Duration.ofMillis(1));
      eventually("it is looked at").until(answer::isDone);
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(answer::join)
          .withCauseInstanceOf(StoreTimeoutException.class);
      server.resume();
    }
  }

  @Test
  @DisplayName("a store may be closed at any moment: nobody waits for ever")
  void closedMeanwhile() throws InterruptedException {
    AtomicBoolean closing = new AtomicBoolean();
    RedisStateStore store = open(LONG);
    RateLimiter limiter = limiter(store, "user");
    Thread caller =
        new Thread(
            () -> {
              while (!closing.get()) {
                var unused = limiter.async().tryAcquire("k").handle((d, failure) -> d).join();
              }
            });
    caller.start();
    store.close();
    closing.set(true);
    caller.join(10_000);
    assertThat(caller.isAlive()).isFalse();
  }
}
