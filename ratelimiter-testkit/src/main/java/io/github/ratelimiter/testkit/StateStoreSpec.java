package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JUnit tests that every {@link StateStore} must pass. To test a store, extend this class and open
 * the store on the given clock:
 *
 * <pre>{@code
 * class MyStoreTest extends StateStoreSpec {
 *   @Override
 *   protected StateStore open(ManualTimeSource clock) {
 *     return new MyStore(clock);
 *   }
 * }
 * }</pre>
 *
 * <p>Some tests are examples. One test makes random requests under random policies: the decisions
 * of the store and of the reference, {@link KeyState}, must be equal.
 */
public abstract class StateStoreSpec {
  /** The method that requests a decision. */
  enum Way {
    /** {@link StateStore#tryDecide}, and {@link StateStore#decide} if that returns null. */
    NOW_OR_LATER,
    /** {@link StateStore#decide} alone. */
    LATER,
    /** An {@link Acquirer} if the store has one, otherwise as {@link #NOW_OR_LATER}. */
    FOR_KEY
  }

  private record Name(String key, Policy policy) {}

  private static final long DEADLINE_SECONDS = 30;

  private final ManualTimeSource clock = ManualTimeSource.create();
  private StateStore store =
      (request, deadline) -> {
        throw new IllegalStateException("not opened");
      };
  private final Map<Name, Optional<Acquirer>> acquirers = new ConcurrentHashMap<>();

  /** For subclasses. */
  protected StateStoreSpec() {}

  /**
   * Opens a store without keys.
   *
   * @param clock the clock of the store's decisions
   * @return the store; it is closed after the test
   */
  protected abstract StateStore open(ManualTimeSource clock);

  @BeforeEach
  final void openStore() {
    store = open(clock);
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  private Decision decide(Way way, Request request) {
    Decision decision = decideNow(way, request);
    if (decision != null) {
      return decision;
    }
    CompletionStage<Decision> stage = store.decide(request);
    try {
      return stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private @Nullable Decision decideNow(Way way, Request request) {
    if (way == Way.LATER) {
      return null;
    }
    Optional<Acquirer> acquirer =
        way == Way.FOR_KEY && request instanceof Request.Acquire
            ? acquirers.computeIfAbsent(
                new Name(request.key(), request.policy()),
                name -> Optional.ofNullable(store.acquirer(name.key, name.policy)))
            : Optional.empty();
    return acquirer.isPresent()
        ? acquirer.get().tryAcquire(request.permits())
        : store.tryDecide(request);
  }

  private Decision acquire(String key, Policy policy, long permits) {
    return decide(Way.NOW_OR_LATER, new Request.Acquire(key, policy, permits));
  }

  private Decision peek(String key, Policy policy, long permits) {
    return decide(Way.NOW_OR_LATER, new Request.Peek(key, policy, permits));
  }

  // --- examples --------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  @DisplayName("a new key has its whole limit, and no permit more")
  final void wholeLimit(Way way) {
    Policy policy = Policy.parse("test", "10/min");
    for (int used = 1; used <= 10; used++) {
      Decision decision = decide(way, new Request.Acquire("k", policy, 1));
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(10 - used);
      assertThat(decision.source()).isEqualTo(Source.STORE);
    }
    Decision refused = decide(way, new Request.Acquire("k", policy, 1));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(6));
    assertThat(refused.resetAfter()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/min",
        "leaky-bucket 10/min",
        "fixed-window 10/min",
        "fixed-window 10/min from first use",
        "fixed-window 10/day in Australia/Lord_Howe",
        "sliding-log 10/min",
        "sliding-window 10/min",
        "10/min; sliding-log 50/h; fixed-window 9/s",
        "fixed-window 10/day in Europe/Berlin; fixed-window 700/month in America/Havana"
      })
  @DisplayName("a permit is available exactly when retry-after has passed")
  final void retryAfterIsExact(String text) {
    Policy policy = Policy.parse("test", text);
    clock.advance(Duration.ofMillis(12_345));
    for (int i = 0; i < 60; i++) {
      Decision refused = acquire("k", policy, 3);
      while (refused.allowed()) {
        refused = acquire("k", policy, 3);
      }
      long wait = refused.retryAfterMicros();
      assertThat(wait).isPositive();
      clock.set(clock.nowMicros() + wait - 1);
      assertThat(acquire("k", policy, 3).allowed()).isFalse();
      clock.set(clock.nowMicros() + 1);
      assertThat(acquire("k", policy, 3).allowed()).isTrue();
    }
  }

  @Test
  @DisplayName("a month in a time zone ends at its midnight, and so does a lease")
  final void calendarWindow() {
    Policy policy = Policy.parse("test", "fixed-window 10/month in Europe/Berlin");
    clock.set(micros("2026-03-31T21:59:59.999Z"));
    assertThat(acquire("k", policy, 4).resetAfter()).isEqualTo(Duration.ofMillis(1));
    Grant lease =
        StoreDecision.of(decide(Way.LATER, new Request.Lease("k", policy, 1, 6, 60_000_000)))
            .grant()
            .orElseThrow();
    assertThat(lease.usedAtMicros()).isEqualTo(micros("2026-03-31T22:00:00Z"));
    assertThat(acquire("k", policy, 1).retryAfterMicros()).isEqualTo(1_000);
    clock.set(micros("2026-03-31T22:00:00Z"));
    Decision next = acquire("k", policy, 10);
    assertThat(next.allowed()).isTrue();
    assertThat(next.resetAfter()).isEqualTo(Duration.ofDays(30));
  }

  @Test
  @DisplayName(
      "another limit in the same calendar keeps the usage, another calendar starts with it")
  final void calendarVersions() {
    clock.set(micros("2026-10-24T22:00:00Z"));
    acquire("k", Policy.parse("test", "fixed-window 1000/day in Europe/Berlin"), 700);
    for (String text :
        List.of("fixed-window 2000/day in Europe/Berlin", "fixed-window 2000/day in UTC")) {
      Decision decision = peek("k", Policy.parse("test", text), 1);
      assertThat(decision.remaining()).isEqualTo(1300);
    }
    acquire("k", Policy.parse("test", "fixed-window 2000/day in Europe/Berlin"), 300);
    clock.set(micros("2026-10-25T22:59:59Z"));
    Policy first = Policy.parse("test", "fixed-window 1000/day in Europe/Berlin");
    assertThat(acquire("k", first, 1).retryAfter()).contains(Duration.ofSeconds(1));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  @Test
  @DisplayName("after its deadline a request is decided immediately or nothing is done")
  final void noTimeLeft() {
    Policy policy = Policy.parse("test", "10/min");
    CompletableFuture<Decision> answer =
        store
            .decide(new Request.Acquire("k", policy, 1), Deadline.afterMicros(0, clock))
            .toCompletableFuture();
    long left = 9;
    try {
      assertThat(answer.get(DEADLINE_SECONDS, TimeUnit.SECONDS).remaining()).isEqualTo(left);
    } catch (ExecutionException e) {
      left = 10;
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              StoreTimeoutException.class, late -> assertThat(late.mayHaveRun()).isFalse());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(left);
  }

  @Test
  @DisplayName("a refusal of cost 5 with 2 left leaves 2")
  final void refusalConsumesNothing() {
    Policy policy = Policy.parse("test", "10/min");
    acquire("k", policy, 8);
    Decision refused = acquire("k", policy, 5);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.remaining()).isEqualTo(2);
    assertThat(refused.resetAfter()).isEqualTo(Duration.ofSeconds(48));
    assertThat(acquire("k", policy, 2).allowed()).isTrue();
  }

  @Test
  @DisplayName("a refusal by one limit consumes nothing from the others, and names that limit")
  final void allOrNothing() {
    Policy policy = Policy.parse("test", "100/min; fixed-window 3/h");
    for (int i = 0; i < 3; i++) {
      assertThat(acquire("k", policy, 1).allowed()).isTrue();
    }
    for (int i = 0; i < 5; i++) {
      Decision refused = acquire("k", policy, 1);
      assertThat(refused.allowed()).isFalse();
      assertThat(refused.limit()).isEqualTo(policy.limits().get(1));
      assertThat(refused.limits().get(0).remaining()).isEqualTo(97);
      assertThat(refused.limits().get(1).remaining()).isZero();
    }
  }

  @Test
  @DisplayName("a cost above capacity can never succeed, and has its own outcome")
  final void impossible() {
    Policy policy = Policy.parse("test", "100/min burst 20; 1000/h");
    Decision decision = acquire("k", policy, 21);
    assertThat(decision.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(decision.retryAfter()).isEmpty();
    assertThat(decision.limit()).isEqualTo(policy.limits().get(0));
    assertThat(decision.remaining()).isEqualTo(20);
    assertThat(acquire("k", policy, Long.MAX_VALUE).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(acquire("k", Policy.parse("none", "0/min"), 1).outcome())
        .isEqualTo(Outcome.IMPOSSIBLE);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a peek takes nothing, and returns the decision of a call")
  final void peeking(Way way) {
    Policy policy = Policy.parse("test", "3/min");
    for (int i = 0; i < 10; i++) {
      Decision decision = decide(way, new Request.Peek("k", policy, 3));
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(3);
    }
    acquire("k", policy, 1);
    Decision refused = decide(way, new Request.Peek("k", policy, 3));
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(20));
    assertThat(refused.remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/min",
        "fixed-window 5/min",
        "fixed-window 5/day in UTC",
        "sliding-log 5/min",
        "sliding-window 5/min"
      })
  @DisplayName("a refund returns what was taken, and never more than the capacity")
  final void refunds(String text) {
    Policy policy = Policy.parse("test", text);
    acquire("k", policy, 4);
    assertThat(decide(Way.LATER, new Request.Refund("k", policy, 3)).remaining()).isEqualTo(4);
    assertThat(decide(Way.LATER, new Request.Refund("k", policy, 1_000)).remaining()).isEqualTo(5);
    assertThat(acquire("k", policy, 6).allowed()).isFalse();
    assertThat(acquire("k", policy, 5).allowed()).isTrue();
    assertThat(acquire("k", policy, 1).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a reset affects one key under one policy, and nothing else")
  final void resets(Way way) {
    Policy policy = Policy.parse("test", "2/min");
    Policy other = Policy.parse("other", "2/min");
    assertThat(acquire("k", policy, 2).allowed()).isTrue();
    assertThat(acquire("l", policy, 2).allowed()).isTrue();
    assertThat(acquire("k", other, 2).allowed()).isTrue();
    Decision decision = decide(way, new Request.Reset("k", policy));
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.remaining()).isEqualTo(2);
    assertThat(acquire("k", policy, 2).allowed()).isTrue();
    assertThat(acquire("l", policy, 1).allowed()).isFalse();
    assertThat(acquire("k", other, 1).allowed()).isFalse();
  }

  @Test
  @DisplayName("a clock that goes backwards makes no permit available again")
  final void clockGoesBackwards() {
    for (String text :
        List.of("5/s", "fixed-window 5/s", "sliding-log 5/s", "sliding-window 5/s")) {
      Policy policy = Policy.parse("p-" + text.hashCode(), text);
      long start = clock.nowMicros();
      assertThat(acquire("k", policy, 5).allowed()).isTrue();
      for (long back : new long[] {1, 1_000_000, 3_600_000_000L}) {
        clock.set(start - back);
        assertThat(acquire("k", policy, 1).allowed()).as("%s, back %s", text, back).isFalse();
      }
      clock.set(start);
      assertThat(acquire("k", policy, 1).allowed()).isFalse();
      clock.set(start + 10_000_000);
    }
  }

  @Test
  @DisplayName("a key that expired and was dropped does not have its permits again in the past")
  final void droppedKeysStayInTheirTime() {
    Policy policy = Policy.parse("test", "5/s");
    long start = clock.nowMicros();
    acquire("k", policy, 5);
    clock.advance(Duration.ofSeconds(2));
    for (int i = 0; i < 1_000; i++) {
      acquire("other" + i, policy, 1);
    }
    acquire("k", policy, 5);
    clock.set(start + 1_000);
    assertThat(acquire("k", policy, 1).allowed()).isFalse();
  }

  @Test
  @DisplayName("a policy that changes keeps the usage of its keys")
  final void policyChanges() {
    Policy ten = Policy.parse("test", "10/h");
    acquire("k", ten, 10);
    Policy twenty = Policy.parse("test", "20/h");
    assertThat(peek("k", twenty, 1).remaining()).isEqualTo(10);
    assertThat(acquire("k", twenty, 1).remaining()).isEqualTo(9);
    assertThat(peek("k", ten, 1).remaining()).isZero();
    assertThat(acquire("k", ten, 1).allowed()).isFalse();
    Policy more = Policy.parse("test", "20/h; sliding-log 15/h");
    Decision decision = peek("k", more, 1);
    assertThat(decision.limits().get(0).remaining()).isEqualTo(9);
    assertThat(decision.limits().get(1).remaining()).isEqualTo(4);
  }

  @Test
  @DisplayName("leased permits count as used at the end of their lease")
  final void leases() {
    Policy policy = Policy.parse("test", "10/s");
    Decision leased = decide(Way.LATER, new Request.Lease("k", policy, 1, 4, 100_000));
    Grant grant = StoreDecision.of(leased).grant().orElseThrow();
    assertThat(grant.permits()).isEqualTo(4);
    assertThat(grant.delayMicros()).isEqualTo(100_000);
    // Ten, minus four, minus what is refilled during the lease.
    assertThat(leased.remaining()).isEqualTo(5);
    clock.advance(Duration.ofMillis(50));
    decide(Way.LATER, new Request.ReturnLease("k", policy, 2, grant));
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(7);
    clock.advance(Duration.ofMillis(50));
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(8);
    decide(Way.LATER, new Request.ReturnLease("k", policy, 2, grant));
    assertThat(peek("k", policy, 1).remaining()).as("returned too late").isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/h",
        "leaky-bucket 5/h",
        "fixed-window 5/h",
        "sliding-log 5/h",
        "sliding-window 5/h"
      })
  @DisplayName("a charge takes its permits from each limit, as far as the limit has any left")
  final void charges(String text) {
    Policy policy = Policy.parse("charged", text + "; 100/day");
    acquire("k", policy, 2);
    Decision none = decide(Way.LATER, new Request.Charge("k", policy, List.of(0L, 0L)));
    assertThat(none.limits().stream().map(LimitStatus::remaining)).containsExactly(3L, 98L);
    Decision charged = decide(Way.LATER, new Request.Charge("k", policy, List.of(7L, 10L)));
    assertThat(charged.allowed()).isTrue();
    assertThat(StoreDecision.of(charged).grant()).isEmpty();
    assertThat(charged.limits().stream().map(LimitStatus::remaining)).containsExactly(0L, 88L);
    assertThat(acquire("k", policy, 1).allowed()).isFalse();
    decide(Way.NOW_OR_LATER, new Request.Refund("k", policy, 1));
    assertThat(acquire("k", policy, 1).allowed()).as("it lacks no more than the limit").isTrue();
    List<Long> all = List.of(Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(decide(Way.NOW_OR_LATER, new Request.Charge("new", policy, all)).remaining())
        .isZero();
    Policy alone = Policy.parse("alone", text);
    decide(Way.NOW_OR_LATER, new Request.Charge("k", alone, List.of(3L)));
    assertThat(acquire("k", alone, 3).remaining()).isEqualTo(2);
    assertThat(acquire("k", alone, 2).remaining()).isZero();
  }

  private List<Decision> decideAll(JointRequest.Part... parts) {
    Supplier<Deadline> deadline = () -> Deadline.after(store.timeout(), TimeSource.system());
    try {
      return StateStore.askAll(store, new JointRequest(List.of(parts)), deadline)
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * A refusal costs the other parts nothing. If they were held separately, they are released soon.
   */
  private void awaitRemaining(String key, Policy policy, long permits) {
    JointRequest two = new JointRequest(List.of(part(key, policy, 1), part(key + "2", policy, 1)));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!store.isAtomic(two)
        && peek(key, policy, 1).remaining() != permits
        && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(peek(key, policy, 1).remaining())
        .as("a refusal costs the others nothing")
        .isEqualTo(permits);
  }

  private static JointRequest.Part part(String key, Policy policy, long permits) {
    return new JointRequest.Part(new Request.Acquire(key, policy, permits), false);
  }

  private static JointRequest.Part observed(String key, Policy policy, long permits) {
    return new JointRequest.Part(new Request.Acquire(key, policy, permits), true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5/min",
        "leaky-bucket 5/min",
        "fixed-window 5/min",
        "sliding-log 5/min",
        "sliding-window 5/min",
        "5/min; sliding-log 50/h"
      })
  @DisplayName("permits of several keys are granted together or not at all")
  final void joint(String text) {
    Policy users = Policy.parse("users", text);
    Policy everybody = Policy.parse("everybody", "4/min");
    List<Decision> granted =
        decideAll(part("u", users, 2), part("v", users, 1), part("all", everybody, 3));
    assertThat(granted).allMatch(Decision::allowed);
    assertThat(granted.stream().map(Decision::remaining)).containsExactly(3L, 4L, 1L);
    for (int attempt = 0; attempt < 3; attempt++) {
      List<Decision> refused = decideAll(part("u", users, 3), part("all", everybody, 2));
      assertThat(refused.get(0).allowed()).as("it could have granted").isTrue();
      assertThat(refused.get(0).remaining()).isEqualTo(3);
      assertThat(refused.get(1).outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(refused.get(1).retryAfterMicros()).isEqualTo(15_000_000 - attempt);
      awaitRemaining("u", users, 3);
      assertThat(peek("all", everybody, 1).remaining()).isEqualTo(1);
      clock.advance(Duration.ofNanos(1_000));
    }
    List<Decision> impossible = decideAll(part("all", everybody, 5), part("w", users, 1));
    assertThat(impossible.get(0).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    awaitRemaining("w", users, 5);
    assertThat(decideAll(part("u", users, 3)).get(0).remaining()).isZero();
  }

  @Test
  @DisplayName("the refusal of an observed part refuses nothing")
  final void jointObserved() {
    Policy users = Policy.parse("users", "5/h");
    Policy tried = Policy.parse("tried", "2/h");
    assertThat(decideAll(part("u", users, 1), observed("t", tried, 2)))
        .extracting(Decision::remaining)
        .containsExactly(4L, 0L);
    assertThat(decideAll(part("u", users, 1), observed("t", tried, 1)))
        .extracting(Decision::allowed)
        .containsExactly(true, false);
    assertThat(peek("u", users, 1).remaining()).isEqualTo(3);
    assertThat(decideAll(part("u", users, 4), observed("new", tried, 1)))
        .extracting(Decision::allowed)
        .containsExactly(false, true);
    awaitRemaining("new", tried, 2);
  }

  @Test
  @DisplayName("reservations are served in turn, and the last one can be cancelled")
  final void reservations() {
    Policy policy = Policy.parse("test", "10/s burst 1");
    for (int turn = 0; turn < 3; turn++) {
      assertThat(reserve(policy, 1_000_000).delayMicros()).isEqualTo(turn * 100_000L);
    }
    Decision refused = decide(Way.LATER, new Request.Reserve("k", policy, 1, 299_999));
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfterMicros()).isEqualTo(1);
    Grant fourth = reserve(policy, 1_000_000);
    Grant fifth = reserve(policy, 1_000_000);
    decide(Way.LATER, new Request.Release("k", policy, fourth));
    assertThat(reserve(policy, 1_000_000).delayMicros())
        .as("the fifth depends on the fourth")
        .isEqualTo(500_000);
    assertThat(fifth.delayMicros()).isEqualTo(400_000);
    Grant seventh = reserve(policy, 1_000_000);
    decide(Way.LATER, new Request.Release("k", policy, seventh));
    assertThat(reserve(policy, 1_000_000)).isEqualTo(seventh);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s",
        "leaky-bucket 10/s",
        "fixed-window 10/s",
        "sliding-log 10/s",
        "sliding-window 10/s"
      })
  @DisplayName("held permits count as used now, and can be released in part")
  final void holds(String text) {
    Policy policy = Policy.parse("held", text);
    Decision held = decide(Way.LATER, new Request.Hold("k", policy, 8));
    Grant grant = StoreDecision.of(held).grant().orElseThrow();
    assertThat(held.remaining()).isEqualTo(2);
    assertThat(grant.permits()).isEqualTo(8);
    assertThat(grant.delayMicros()).isZero();
    Decision refused = decide(Way.LATER, new Request.Hold("k", policy, 3));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(StoreDecision.of(refused).grant()).isEmpty();
    decide(Way.LATER, new Request.Release("k", policy, 5, grant));
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(7);
    decide(Way.NOW_OR_LATER, new Request.Reset("k", policy));
    acquire("k", policy, 4);
    decide(Way.LATER, new Request.Release("k", policy, 3, grant));
    assertThat(peek("k", policy, 1).remaining()).as("held before the reset").isEqualTo(6);
  }

  @Test
  @DisplayName("a bucket takes back only held permits that later grants did not rely on")
  final void heldAndRelied() {
    Policy policy = Policy.parse("held", "10/s burst 5");
    Decision held = decide(Way.LATER, new Request.Hold("k", policy, 5));
    Grant grant = StoreDecision.of(held).grant().orElseThrow();
    clock.advance(Duration.ofMillis(300));
    assertThat(acquire("k", policy, 3).allowed()).isTrue();
    decide(Way.LATER, new Request.Release("k", policy, grant));
    // Of five, three were refilled and granted again.
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s",
        "leaky-bucket 10/s",
        "fixed-window 10/s",
        "sliding-log 10/s",
        "sliding-window 10/s"
      })
  @DisplayName("a hold of a range takes as many permits as are available")
  final void holdsWhatIsAvailable(String text) {
    Policy policy = Policy.parse("held", text);
    assertThat(held(new Request.Hold("k", policy, 2, 7))).isEqualTo(7);
    assertThat(held(new Request.Hold("k", policy, 2, 7))).isEqualTo(3);
    Decision refused = decide(Way.LATER, new Request.Hold("k", policy, 1, 7));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    Decision impossible = decide(Way.LATER, new Request.Hold("k", policy, 11, 20));
    assertThat(impossible.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
  }

  private long held(Request request) {
    return StoreDecision.of(decide(Way.LATER, request)).grant().map(Grant::permits).orElse(0L);
  }

  @Test
  @DisplayName("a cost of each limit is taken from all limits or from none")
  final void costOfEachLimit() {
    Policy policy = Policy.parse("each", "fixed-window 3/s; sliding-log 1000/s");
    Decision held = decide(Way.LATER, new Request.HoldEach("k", policy, List.of(1L, 800L)));
    Grant grant = StoreDecision.of(held).grant().orElseThrow();
    assertThat(remainingOfEach("k", policy)).containsExactly(2L, 200L);
    Decision refused = decide(Way.LATER, new Request.HoldEach("k", policy, List.of(1L, 201L)));
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.limit()).isEqualTo(policy.limits().get(1));
    assertThat(remainingOfEach("k", policy)).containsExactly(2L, 200L);
    Request more = new Request.HoldEach("k", policy, List.of(4L, 0L));
    assertThat(decide(Way.LATER, more).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    decide(Way.LATER, new Request.Release("k", policy, List.of(0L, 300L), grant));
    assertThat(remainingOfEach("k", policy)).containsExactly(2L, 500L);
  }

  private List<Long> remainingOfEach(String key, Policy policy) {
    return peek(key, policy, 1).limits().stream().map(LimitStatus::remaining).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s debt 4",
        "leaky-bucket 10/s debt 4",
        "fixed-window 10/s debt 4",
        "sliding-log 10/s debt 4",
        "sliding-window 10/s debt 4"
      })
  @DisplayName("only a charge goes into debt, up to the debt of the limit, and reports the rest")
  final void debts(String text) {
    Policy policy = Policy.parse("debt", text);
    clock.set(1_000_000_000_000L);
    assertThat(acquire("k", policy, 11).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(acquire("k", policy, 8).allowed()).isTrue();
    assertThat(owe(policy, 5, false)).as("not into debt").isEqualTo(3);
    assertThat(owe(policy, 7, true)).as("more than the debt").isEqualTo(3);
    Decision refused = acquire("k", policy, 1);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.remaining()).isZero();
    clock.advance(Duration.ofNanos((refused.retryAfterMicros() - 1) * 1_000));
    assertThat(acquire("k", policy, 1).allowed()).as("a microsecond before").isFalse();
    clock.advance(Duration.ofNanos(1_000));
    assertThat(acquire("k", policy, 1).allowed()).as("when the debt is repaid").isTrue();
  }

  private long owe(Policy policy, long permits, boolean intoDebt) {
    Request charge = new Request.Charge("k", policy, List.of(permits), 0, intoDebt);
    return decide(Way.LATER, charge).uncounted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "fixed-window 10/s; 1000/h", "sliding-log 10/s"})
  @DisplayName("a drained key has no permits until the drain ends, and then those it had before")
  final void drains(String text) {
    Policy policy = Policy.parse("drained", text);
    acquire("k", policy, 4);
    Decision drained = decide(Way.LATER, new Request.Drain("k", policy, 3_600_000_000L));
    assertThat(drained.allowed()).isTrue();
    assertThat(drained.remaining()).isZero();
    decide(Way.LATER, new Request.Drain("k", policy, 1));
    clock.advance(Duration.ofMinutes(30));
    for (Way way : Way.values()) {
      Decision refused = decide(way, new Request.Acquire("k", policy, 1));
      assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(refused.remaining()).isZero();
      assertThat(refused.retryAfterMicros()).isBetween(1_799_000_000L, 1_800_001_000L);
    }
    assertThat(acquire("other", policy, 10).allowed()).isTrue();
    clock.advance(Duration.ofMinutes(30).plusMillis(1));
    assertThat(acquire("k", policy, 10).allowed()).isTrue();
    decide(Way.LATER, new Request.Drain("k", policy, 3_600_000_000L));
    decide(Way.LATER, new Request.Reset("k", policy));
    assertThat(acquire("k", policy, 10).allowed()).as("after a reset").isTrue();
  }

  private Grant reserve(Policy policy, long maxWait) {
    return StoreDecision.of(decide(Way.LATER, new Request.Reserve("k", policy, 1, maxWait)))
        .grant()
        .orElseThrow();
  }

  @Test
  @DisplayName("a key may have any characters, and no two keys share a state")
  final void hostileKeys() {
    Policy policy = Policy.parse("test", "1/h");
    List<String> keys =
        new ArrayList<>(List.of(" ", "a", "a ", "{a}", "}{", "a\nb", "a\r\nb", "\0"));
    keys.addAll(
        List.of("\uD800", "\uD801", "?", "é", "e\u0301", "x:y", "default:a", "😀", "\uFFFD"));
    keys.add("x".repeat(100_000));
    keys.add("x".repeat(100_001));
    for (String key : keys) {
      assertThat(acquire(key, policy, 1).allowed()).isTrue();
    }
    for (String key : keys) {
      assertThat(acquire(key, policy, 1).allowed()).isFalse();
    }
  }

  @Test
  @DisplayName("a closed store throws IllegalStateException")
  final void closed() {
    Policy policy = Policy.parse("test", "1/h");
    Request request = new Request.Acquire("k", policy, 1);
    decide(Way.FOR_KEY, request);
    store.close();
    for (Way way : List.of(Way.NOW_OR_LATER, Way.FOR_KEY)) {
      try {
        assertThat(decideNow(way, request)).as("decided after close").isNull();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("closed");
      }
    }
    CompletionStage<Decision> late = store.decide(request);
    assertThat(late)
        .as("decide never throws")
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("closed");
    assertThat(store.status()).isInstanceOf(Status.Closed.class);
  }

  // --- proof -----------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("random requests are decided like the reference decides them")
  final void agreesWithTheReference(long seed) {
    RandomRequests random = new RandomRequests(seed);
    Map<String, KeyState> reference = new HashMap<>();
    for (int i = 0; i < randomRequests(); i++) {
      clock.set(random.nextInstant(clock.nowMicros()));
      Request request = random.nextRequest();
      String state = request.policy().name() + " " + request.key();
      KeyState key = reference.computeIfAbsent(state, k -> new KeyState(request.policy()));
      Decision expected = key.decide(request, clock.nowMicros());
      Way way = i % 2 == 0 ? Way.NOW_OR_LATER : Way.FOR_KEY;
      Decision decision = decide(way, request);
      assertThat(decision).as("seed %s, request %s: %s", seed, i, request).isEqualTo(expected);
      random.heard(request, decision);
    }
  }

  /**
   * Returns the number of random requests for each seed. Default: 2,000.
   *
   * @return the number of requests
   */
  protected int randomRequests() {
    return 2_000;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"100/h", "fixed-window 100/h", "sliding-log 100/h", "100/h; sliding-window 100/h"})
  @DisplayName("simultaneous callers together get exactly the limit")
  final void concurrentCallers(String text) throws Exception {
    Policy policy = Policy.parse("test", text);
    AtomicLong granted = new AtomicLong();
    int callers = 8;
    ExecutorService executor = Executors.newFixedThreadPool(callers);
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        Way way = Way.values()[caller % Way.values().length];
        calls.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < 125; i++) {
                    if (decide(way, new Request.Acquire("hot", policy, 1)).allowed()) {
                      granted.incrementAndGet();
                    }
                  }
                }));
      }
      for (Future<?> call : calls) {
        call.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(granted).hasValue(100);
  }
}
