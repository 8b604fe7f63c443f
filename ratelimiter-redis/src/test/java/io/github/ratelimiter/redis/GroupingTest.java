package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in one batch: what they are told, and how many commands they cost. */
class GroupingTest {
  private static final Policy HOURLY = Policy.parse("test", "fixed-window 10/h from first use");

  private RedisProcess server;

  @BeforeEach
  void start() {
    server = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RedisStateStore open(boolean plain) {
    RedisStateStoreBuilder builder =
        RedisStateStore.builder(server.uri()).timeout(Duration.ofSeconds(10));
    return (plain ? builder.plain() : builder).build();
  }

  /** Makes requests while the server hangs, so that all but the first are in one batch. */
  private List<Decision> together(RedisStateStore store, List<Request> requests) {
    server.pause();
    List<CompletableFuture<Decision>> all = new ArrayList<>();
    for (Request request : requests) {
      all.add(store.decide(request).toCompletableFuture());
    }
    server.resume();
    return all.stream().map(CompletableFuture::join).toList();
  }

  private static List<Boolean> allowed(List<Decision> decisions) {
    return decisions.stream().map(Decision::allowed).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCallerGetsWhatItWouldHaveGotAlone(boolean plain) {
    try (RedisStateStore store = open(plain)) {
      Function<Long, Request> acquire = n -> new Request.Acquire("k", HOURLY, n);
      List<Decision> decisions =
          together(
              store,
              List.of(
                  acquire.apply(6L),
                  acquire.apply(5L),
                  acquire.apply(1L),
                  acquire.apply(1L),
                  new Request.Peek("k", HOURLY, 3),
                  new Request.Refund("k", HOURLY, 1),
                  new Request.Peek("k", HOURLY, 3),
                  new Request.Reset("k", HOURLY),
                  acquire.apply(10L),
                  acquire.apply(1L)));
      assertThat(allowed(decisions))
          .containsExactly(true, false, true, true, false, true, true, true, true, false);
      assertThat(decisions.get(3).remaining()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLoneDecisionIsOneCommand(boolean plain) {
    try (RedisStateStore store = open(plain)) {
      Ask.acquire(store, "k", HOURLY);
      server.run("CONFIG", "RESETSTAT");
      for (int i = 0; i < 100; i++) {
        Ask.acquire(store, "k", HOURLY);
      }
      assertThat(server.calls("evalsha")).isEqualTo(100);
      // The others are the script's own, and this test's.
      assertThat(server.info("commandstats").keySet())
          .isSubsetOf(
              "cmdstat_evalsha",
              "cmdstat_time",
              "cmdstat_get",
              "cmdstat_set",
              "cmdstat_info",
              "cmdstat_config|resetstat");
    }
  }

  @Test
  void manyDecisionsNeedFewCommands() {
    try (RedisStateStore store = open(false)) {
      Ask.acquire(store, "k", HOURLY);
      long before = server.calls("evalsha");
      List<Request> requests = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        requests.add(new Request.Acquire("key" + i % 500, HOURLY, 1));
      }
      List<Decision> decisions = together(store, requests);
      for (int i = 0; i < 1_000; i++) {
        assertThat(decisions.get(i).remaining()).isEqualTo(i < 500 ? 9 : 8);
      }
      // The first alone, then at most a call for 64 requests.
      assertThat(server.calls("evalsha") - before).isBetween(1 + 8L, 1 + 16L);
    }
  }

  @Test
  void aHotKeyTakesFewCalls() {
    Policy policy = Policy.parse("test", "fixed-window 500/h from first use");
    try (RedisStateStore store = open(false)) {
      long before = server.calls("evalsha");
      List<Request> requests = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        requests.add(new Request.Acquire("hot", policy, 1));
      }
      List<Decision> decisions = together(store, requests);
      assertThat(decisions.stream().filter(Decision::allowed)).hasSize(500);
      assertThat(decisions.get(499).allowed()).isTrue();
      assertThat(decisions.get(500).allowed()).isFalse();
      assertThat(server.calls("evalsha") - before).isBetween(2L, 1 + 16L);
    }
  }

  @Test
  void serverThatIsLateGetsNoFurtherBatch() {
    Duration timeout = Duration.ofSeconds(8);
    try (RedisStateStore store = RedisStateStore.builder(server.uri()).timeout(timeout).build()) {
      long before = server.calls("evalsha");
      server.pause();
      List<CompletableFuture<Decision>> all = new ArrayList<>();
      all.add(acquire(store));
      LockSupport.parkNanos(timeout.dividedBy(Batcher.LATE_PART).toNanos());
      for (int i = 0; i < 1_000; i++) {
        all.add(acquire(store));
      }
      server.resume();
      all.forEach(CompletableFuture::join);
      assertThat(server.calls("evalsha") - before).as("the first alone, then all").isEqualTo(2);
    }
  }

  @Test
  void callersThatGaveUpAreNotSent() {
    try (RedisStateStore store = open(false)) {
      server.pause();
      CompletableFuture<Decision> first = acquire(store);
      CompletableFuture<Decision> second = acquire(store);
      CompletableFuture<Decision> third = acquire(store);
      second.cancel(false);
      server.resume();
      assertThat(first.join().remaining()).isEqualTo(9);
      assertThat(third.join().remaining()).isEqualTo(8);
    }
  }

  private static CompletableFuture<Decision> acquire(RedisStateStore store) {
    return store.decide(new Request.Acquire("k", HOURLY, 1)).toCompletableFuture();
  }
}
