package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that are split over several keys. */
class ShardsTest {
  private static final int SHARDS = 16;

  private RedisProcess server;

  @BeforeEach
  void start() {
    server = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static RedisStateStore build(RedisStateStoreBuilder builder) {
    return builder
        .timeout(Duration.ofSeconds(20))
        .shard(SHARDS, policy -> policy.name().equals("hot"))
        .build();
  }

  private RedisStateStore open() {
    return build(RedisStateStore.builder(server.uri()));
  }

  @Test
  void thePartsAddUpToTheLimit() {
    Policy policy =
        Policy.parse("hot", "1000/s burst 77; leaky-bucket 33/s burst 50; sliding-log 100/day");
    List<Policy> parts = Shards.split(policy, SHARDS);
    for (int i = 0; i < policy.limits().size(); i++) {
      int limit = i;
      Limit whole = policy.limits().get(i);
      assertThat(parts.stream().mapToLong(part -> part.limits().get(limit).permits()).sum())
          .isEqualTo(whole.permits());
      assertThat(parts.stream().mapToLong(part -> part.limits().get(limit).capacity()).sum())
          .isEqualTo(whole.capacity());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shards.split(Policy.parse("test", "15/s"), SHARDS))
        .withMessageContaining("15/s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100/day", "fixed-window 100/day from first use", "sliding-log 100/day"})
  void theWholeLimitIsGrantedAndNotAPermitMore(String text) {
    Policy policy = Policy.parse("hot", text);
    try (RedisStateStore store = open();
        RedisStateStore other = open()) {
      for (int i = 0; i < 100; i++) {
        assertThat(Ask.acquire(i % 2 == 0 ? store : other, "k", policy).allowed()).isTrue();
      }
      Decision refused = Ask.acquire(store, "k", policy);
      assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(refused.remaining()).isZero();
      assertThat(refused.policy()).isEqualTo(policy);
    }
  }

  @Test
  void aChargeIsSplitSoThatNothingOfItIsLost() {
    Policy policy = Policy.parse("hot", "fixed-window 160/day from first use; sliding-log 99/day");
    try (RedisStateStore store = open()) {
      for (int i = 0; i < 40; i++) {
        Ask.acquire(store, "k", policy);
      }
      assertThat(charge(store, policy, 0, 1)).containsExactly(120L, 58L);
      assertThat(charge(store, policy, 100, 7)).containsExactly(20L, 51L);
      assertThat(charge(store, policy, 15, 200)).containsExactly(5L, 0L);
      assertThat(charge(store, policy, 6, 0)).containsExactly(0L, 0L);
      assertThat(Ask.acquire(store, "k", policy).outcome()).isEqualTo(Outcome.REFUSED);
    }
  }

  @Test
  void aChargeOfADrainedKeyIsSplitAsAnyOther() {
    Policy policy = Policy.parse("hot", "fixed-window 160/day; 320/day");
    try (RedisStateStore store = open()) {
      Request drain = new Request.Drain("k", policy, 1_000_000);
      assertThat(store.decide(drain).toCompletableFuture().join().remaining()).isZero();
      Request charge = new Request.Charge("k", policy, List.of(100L, 100L));
      Decision charged = store.decide(charge).toCompletableFuture().join();
      assertThat(charged.uncounted()).isZero();
      assertThat(charged.remaining()).isZero();
      while (!Ask.acquire(store, "k", policy).allowed()) {
        Thread.onSpinWait();
      }
      assertThat(charge(store, policy, 0, 0)).containsExactly(59L, 219L);
    }
  }

  private static List<Long> charge(RedisStateStore store, Policy policy, long... permits) {
    return store
        .decide(new Request.Charge("k", policy, Arrays.stream(permits).boxed().toList()))
        .toCompletableFuture()
        .join()
        .limits()
        .stream()
        .map(LimitStatus::remaining)
        .toList();
  }

  @Test
  void aChargeIsDividedEvenlyAsFarAsThereIsRoom() {
    assertThat(ShardedCharge.shares(9, List.of(5L, 5L, 5L))).containsExactly(3L, 3L, 3L);
    assertThat(ShardedCharge.shares(10, List.of(1L, 9L, 2L))).containsExactly(1L, 7L, 2L);
    assertThat(ShardedCharge.shares(1, List.of(4L, 0L, 5L))).containsExactly(0L, 0L, 1L);
    assertThat(ShardedCharge.shares(100, List.of(4L, 0L, 5L))).containsExactly(4L, 0L, 96L);
  }

  @Test
  void noKeyGetsMoreThanATenthOfTheLoad() {
    Policy policy = Policy.parse("hot", "fixed-window 1000000/day from first use");
    try (RedisCluster cluster = RedisCluster.start(3, false);
        RedisStateStore store = build(RedisStateStore.clusterBuilder(cluster.uri()))) {
      int requests = 1_000;
      for (int i = 0; i < requests; i++) {
        Ask.acquire(store, "k", policy);
      }
      long most = 0;
      for (Policy part : Shards.split(policy, SHARDS)) {
        Decision state = store.decide(new Request.Peek("k", part, 1)).toCompletableFuture().join();
        most = Math.max(most, part.limits().get(0).permits() - state.remaining());
      }
      assertThat(most).isBetween(requests / 16L, requests / 10L);
    }
  }

  @Test
  void partsAreLeasedFromAndReservedAhead() {
    Policy policy = Policy.parse("hot", "160/day");
    try (RedisStateStore store = open()) {
      long leased = 0;
      List<Grant> grants = new ArrayList<>();
      for (int i = 0; i < SHARDS; i++) {
        Decision lease = decide(store, new Request.Lease("k", policy, 1, 100, 60_000_000));
        leased += StoreDecision.of(lease).grant().orElseThrow().permits();
        grants.add(StoreDecision.of(lease).grant().orElseThrow());
      }
      assertThat(leased).as("nine of each part's ten").isEqualTo(144);
      assertThat(decide(store, new Request.Lease("k", policy, 1, 1, 60_000_000)).allowed())
          .isFalse();
      decide(store, new Request.ReturnLease("k", policy, 9, grants.get(7)));
      assertThat(decide(store, new Request.Acquire("k", policy, 9)).allowed()).isTrue();
      long day = 86_400_000_000L;
      Decision reserved = decide(store, new Request.Reserve("k", policy, 5, day));
      assertThat(StoreDecision.of(reserved).grant().orElseThrow().delayMicros())
          .isBetween(day / 4, day / 2);
      decide(
          store,
          new Request.Release("k", policy, StoreDecision.of(reserved).grant().orElseThrow()));
      decide(store, new Request.Refund("k", policy, 5));
      assertThat(decide(store, new Request.Reserve("k", policy, 1, 0)).allowed())
          .as("one of the parts was refunded")
          .isTrue();
    }
  }

  @Test
  void aChargeOfTurnsAheadIsDividedByWhatThePartsHoldUntilThen() {
    Policy policy = Policy.parse("hot", "160/h burst 160");
    try (RedisStateStore store = open()) {
      // As many as are refilled in an hour, and a full bucket.
      Request charge = new Request.Charge("k", policy, List.of(320L), 3_600_000_000L);
      decide(store, charge);
      for (Policy part : Shards.split(policy, SHARDS)) {
        Decision state = store.decide(new Request.Peek("k", part, 1)).toCompletableFuture().join();
        assertThat(state.limits().get(0).resetAfter()).isBetween(minutes(119), minutes(120));
      }
    }
  }

  private static Duration minutes(long minutes) {
    return Duration.ofMinutes(minutes);
  }

  private static Decision decide(RedisStateStore store, Request request) {
    return store.decide(request).toCompletableFuture().join();
  }

  @Test
  void whatCannotBeSplitIsSaid() {
    Policy policy = Policy.parse("hot", "160/day");
    try (RedisStateStore store = open()) {
      Decision big =
          store.decide(new Request.Acquire("k", policy, 11)).toCompletableFuture().join();
      assertThat(big.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
      store.decide(new Request.Acquire("k", policy, 10)).toCompletableFuture().join();
      store.decide(new Request.Reset("k", policy)).toCompletableFuture().join();
      for (int i = 0; i < 16; i++) {
        assertThat(
                store
                    .decide(new Request.Acquire("k", policy, 10))
                    .toCompletableFuture()
                    .join()
                    .allowed())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"search/0", "search", "search/1", "search-0"})
  void resetOfAPolicyThatIsNamedLikeAPartLeavesThePartsAlone(String name) {
    Policy split = Policy.parse("search", "fixed-window 100/day from first use");
    Policy other =
        name.equals("search")
            ? Policy.parse("Search", "fixed-window 50/day from first use")
            : Policy.parse(name, "fixed-window 50/day from first use");
    try (RedisStateStore store =
        RedisStateStore.builder(server.uri())
            .timeout(Duration.ofSeconds(20))
            .shard(2, split)
            .build()) {
      for (int i = 0; i < 100; i++) {
        assertThat(Ask.acquire(store, "k", split).allowed()).isTrue();
      }
      store.decide(new Request.Reset("k", other)).toCompletableFuture().join();
      assertThat(Ask.acquire(store, "k", split).outcome()).isEqualTo(Outcome.REFUSED);
      for (int i = 0; i < 50; i++) {
        assertThat(Ask.acquire(store, "k", other).allowed()).isTrue();
      }
      assertThat(Ask.acquire(store, "k", other).allowed()).isFalse();
      store.decide(new Request.Reset("k", split)).toCompletableFuture().join();
      assertThat(Ask.acquire(store, "k", split).allowed()).isTrue();
      assertThat(Ask.acquire(store, "k", other).allowed()).isFalse();
    }
  }

  @Test
  void partsHaveNamesThatNoPolicyCanHave() {
    Policy longest = Policy.parse("n".repeat(64), "1000/s");
    List<String> names = Shards.split(longest, 256).stream().map(Policy::name).toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(names)
        .allSatisfy(
            name ->
                assertThatIllegalArgumentException().isThrownBy(() -> Policy.parse(name, "1/s")));
    try (RedisStateStore store =
        RedisStateStore.builder(server.uri())
            .timeout(Duration.ofSeconds(20))
            .shard(256, longest)
            .build()) {
      assertThat(Ask.acquire(store, "k", longest).allowed()).isTrue();
    }
  }

  @Test
  void aPolicyThatIsNamedAndCannotBeSplitIsRefused() {
    RedisStateStoreBuilder builder = RedisStateStore.builder(server.uri());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.shard(16, Policy.parse("hot", "100/s; 15/min")))
        .withMessageContaining("15/min")
        .withMessageContaining("hot")
        .withMessageContaining("16 parts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.shard(16, new Policy[0]))
        .withMessageContaining("no policy");
  }

  @Test
  void aPolicyOfAFunctionThatCannotBeSplitIsDecidedAsAWhole() {
    Policy few = Policy.parse("hot", "fixed-window 15/day from first use");
    try (RedisStateStore store = open()) {
      for (int i = 0; i < 15; i++) {
        assertThat(Ask.acquire(store, "k", few).remaining()).isEqualTo(14 - i);
      }
      assertThat(Ask.acquire(store, "k", few).allowed()).isFalse();
    }
  }

  /** Four parts that all refuse, each 20 ms late, and a deadline of 50 ms: 50 ms, and not 80. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allTriesTogetherHaveOneDeadline(boolean charge) {
    ManualTimeSource clock = ManualTimeSource.create();
    Policy policy = Policy.parse("hot", "4/day");
    Shards shards =
        new Shards(
            4,
            hot -> true,
            (request, deadline) ->
                clock
                    .after(Math.min(deadline.leftMicros(), 20_000))
                    .thenCompose(
                        late ->
                            deadline.hasPassed()
                                ? CompletableFuture.failedFuture(
                                    new StoreTimeoutException("late", true, null))
                                : CompletableFuture.completedFuture(
                                    StoreDecision.of(
                                        request.policy(), Outcome.REFUSED, 0, 1_000_000, 1))));
    Request request =
        charge ? new Request.Charge("k", policy, List.of(2L)) : new Request.Acquire("k", policy, 1);
    CompletableFuture<Decision> answer =
        shards.decide(request, Deadline.after(Duration.ofMillis(50), clock)).toCompletableFuture();
    clock.advance(Duration.ofMillis(39));
    assertThat(answer).isNotDone();
    clock.advance(Duration.ofMillis(11));
    assertThat(answer).isDone();
    assertThat(answer.isCompletedExceptionally()).isEqualTo(!charge);
  }
}
