package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that wait, and a connection that does not last as long. */
@Isolated("What a busy machine makes slow, a breaker takes for a slow server.")
class WaitersTest {
  private static final int CALLERS = 10;
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private RedisProcess server;

  @BeforeEach
  void start() {
    server = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<CompletableFuture<Decision>> waiters(RateLimiter limiter) {
    List<CompletableFuture<Decision>> turns = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      turns.add(limiter.async().tryAcquire("k", 1, MAX_WAIT));
    }
    return turns;
  }

  /** How many failed; those on their way at a bad moment may, and only those. */
  private static int failed(List<CompletableFuture<Decision>> turns) {
    int failed = 0;
    for (CompletableFuture<Decision> turn : turns) {
      try {
        assertThat(turn.join().allowed()).isTrue();
      } catch (CompletionException e) {
        System.out.println("failed: " + e.getCause());
        failed++;
      }
    }
    return failed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 4/s", "4/s burst 1"})
  @DisplayName(
      "the server closes the connections just before a turn: at most the one on its way fails")
  void connectionsAreClosed(String policy) {
    try (RedisStateStore store =
        RedisStateStore.builder(server.uri()).timeout(Duration.ofMillis(500)).build()) {
      RateLimiter limiter = RateLimiter.of(Policy.parse("w", policy), store);
      while (limiter.tryAcquire("k").allowed()) {
        // Until nothing is left.
      }
      List<CompletableFuture<Decision>> turns = waiters(limiter);
      // What was asked before has been answered by then, and nothing is on its way.
      eventually("a turn is near, if turns come by the window")
          .until(() -> limiter.peek("k").retryAfterMicros() < 5_000 || !policy.startsWith("fixed"));
      server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      assertThat(failed(turns)).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed-window 4/s", "4/s burst 1"})
  @DisplayName("who begins to wait while there is no connection is served when there is")
  void withoutAConnection(String policy) {
    try (RedisStateStore store =
        RedisStateStore.builder(server.uri()).timeout(Duration.ofSeconds(5)).build()) {
      RateLimiter limiter = RateLimiter.of(Policy.parse("w", policy), store);
      limiter.tryAcquire("other");
      server.kill();
      eventually("the connection is lost")
          .until(
              () -> {
                try {
                  return limiter.tryAcquire("other") == null;
                } catch (StoreException e) {
                  return !e.mayHaveRun();
                }
              });
      List<CompletableFuture<Decision>> turns = waiters(limiter);
      assertThat(turns).noneMatch(CompletableFuture::isDone);
      server.startAgain();
      assertThat(failed(turns)).isZero();
    }
  }

  @Test
  @DisplayName("maxWait bounds it all: nobody is kept longer by a server that stays away")
  void staysAway() {
    try (RedisStateStore store =
        RedisStateStore.builder(server.uri()).timeout(Duration.ofMillis(500)).build()) {
      RateLimiter limiter = RateLimiter.of(Policy.parse("w", "4/s burst 1"), store);
      limiter.tryAcquire("k");
      server.kill();
      long start = System.nanoTime();
      CompletableFuture<Decision> turn = limiter.async().tryAcquire("k", 1, Duration.ofMillis(300));
      eventually("it fails").until(turn::isCompletedExceptionally);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }
}
