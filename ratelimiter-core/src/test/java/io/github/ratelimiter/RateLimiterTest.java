package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A limiter's calls that do not wait, on stores that answer at once and on stores that do not. */
class RateLimiterTest {
  private final ManualTime time = new ManualTime();

  private RateLimiter limiter(boolean later, String policy) {
    TestStore store = new TestStore(time);
    return RateLimiter.of(Policy.parse("test", policy), later ? store.later() : store);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void takesLooksGivesBackAndForgets(boolean later) {
    RateLimiter limiter = limiter(later, "10/min");
    assertThat(limiter.tryAcquire("a").remaining()).isEqualTo(9);
    assertThat(limiter.tryAcquire("a", 9).remaining()).isZero();
    Decision refused = limiter.tryAcquire("a");
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(6));
    assertThat(limiter.tryAcquire("b").allowed()).isTrue();
    assertThat(limiter.peek("a")).isEqualTo(refused);
    assertThat(limiter.refund("a", 3).remaining()).isEqualTo(3);
    assertThat(limiter.peek("a", 3).allowed()).isTrue();
    assertThat(limiter.peek("a", 4).allowed()).isFalse();
    assertThat(limiter.refund("a", 100).remaining()).isEqualTo(10);
    limiter.tryAcquire("a", 10);
    assertThat(limiter.reset("a").remaining()).isEqualTo(10);
    assertThat(limiter.tryAcquire("a", 11).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysTheSameWithoutBlocking(boolean later) {
    RateLimiter limiter = limiter(later, "fixed-window 10/min");
    assertThat(limiter.async().tryAcquire("a").join().remaining()).isEqualTo(9);
    assertThat(limiter.async().tryAcquire("a", 9).join().remaining()).isZero();
    assertThat(limiter.async().tryAcquire("a").join()).isEqualTo(limiter.tryAcquire("a"));
    assertThat(limiter.async().peek("a", 1).join()).isEqualTo(limiter.peek("a"));
    assertThat(limiter.async().refund("a", 3).join().remaining()).isEqualTo(3);
    assertThat(limiter.async().reset("a").join().remaining()).isEqualTo(10);
  }

  @Test
  void waitsForAStoreThatAnswersLaterEvenIfInterrupted() {
    TestStore store = new TestStore(time).later();
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "10/min"), store);
    store.hold();
    Thread.currentThread().interrupt();
    CompletableFuture.runAsync(
        () -> {
          while (store.seen().isEmpty()) {
            Thread.onSpinWait();
          }
          store.release();
        });
    assertThat(limiter.tryAcquire("a").remaining()).isEqualTo(9);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anyCharactersMakeAKey() {
    RateLimiter limiter = limiter(false, "1/min");
    for (String key : List.of(" ", "\n", "\0", "{a}", "\ud800", "k".repeat(100_000))) {
      assertThat(limiter.tryAcquire(key).allowed()).isTrue();
      assertThat(limiter.tryAcquire(key).allowed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wrongArgumentsAreNamedAtTheCallAndConsumeNothing(boolean byKey) {
    Policy policy = Policy.parse("test", "fixed-window 10/min");
    TestStore store = new TestStore(time);
    RateLimiter limiter =
        byKey
            ? RateLimiter.builder().policies(key -> policy).store(store).build()
            : RateLimiter.of(policy, store);
    Duration now = Duration.ZERO;
    for (String key : new String[] {"", null}) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> limiter.tryAcquire(key),
              () -> limiter.async().tryAcquire(key),
              () -> limiter.tryAcquire(key, 1, now),
              () -> limiter.async().tryAcquire(key, 1, now),
              () -> limiter.peek(key),
              () -> limiter.async().peek(key, 1),
              () -> limiter.refund(key, 1),
              () -> limiter.async().refund(key, 1),
              () -> limiter.reset(key),
              () -> limiter.async().reset(key))) {
        if (key == null) {
          assertThatNullPointerException().isThrownBy(call).withMessage("key");
        } else {
          assertThatIllegalArgumentException()
              .isThrownBy(call)
              .withMessageContaining("key is empty");
        }
      }
    }
    for (long permits : new long[] {0, -1, Long.MIN_VALUE}) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> limiter.tryAcquire("a", permits),
              () -> limiter.async().tryAcquire("a", permits),
              () -> limiter.tryAcquire("a", permits, now),
              () -> limiter.async().tryAcquire("a", permits, now),
              () -> limiter.peek("a", permits),
              () -> limiter.refund("a", permits))) {
        assertThatIllegalArgumentException()
            .isThrownBy(call)
            .withMessage("permits is " + permits + "; it must be at least 1");
      }
    }
    assertThat(store.seen()).isEmpty();
    assertThat(limiter.peek("a").remaining()).isEqualTo(10);
  }

  @Test
  void aPolicyByKeyIsAskedAtEveryCallAndItsChangesKeepWhatWasUsed() {
    Policy[] free = {Policy.parse("free", "10/min")};
    Policy paid = Policy.parse("paid", "1000/min");
    Function<String, Policy> policies = key -> key.startsWith("paid:") ? paid : free[0];
    RateLimiter limiter =
        RateLimiter.builder().policies(policies).store(new TestStore(time)).build();
    assertThat(limiter.tryAcquire("paid:1", 10).remaining()).isEqualTo(990);
    assertThat(limiter.tryAcquire("1", 10).remaining()).isZero();
    free[0] = Policy.parse("free", "20/min");
    Decision decision = limiter.peek("1");
    assertThat(decision.remaining()).isEqualTo(10);
    assertThat(decision.policy()).isSameAs(free[0]);
    free[0] = null;
    assertThatIllegalStateException().isThrownBy(() -> limiter.tryAcquire("1"));
  }

  @Test
  void listenersHearEachDecisionOnceAndCannotHurtIt() {
    List<Decision> heard = new ArrayList<>();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("test", "1/min")
            .store(new TestStore(time))
            .listener(
                event -> {
                  throw new IllegalStateException("listener");
                })
            .listener(
                event -> {
                  assertThat(event.key()).isEqualTo("a");
                  assertThat(event.timeTaken()).as("it did not wait").isEmpty();
                  heard.add(event.decision().orElseThrow());
                  throw new AssertionError("listener");
                })
            .build();
    Decision allowed = limiter.tryAcquire("a");
    Decision refused = limiter.async().tryAcquire("a").join();
    assertThat(allowed.allowed()).isTrue();
    assertThat(refused.allowed()).isFalse();
    assertThat(heard).containsExactly(allowed, refused);
  }

  @Test
  void whatAStoreThrowsIsThrownAndListenersHearOfIt() {
    TestStore store = new TestStore(time);
    List<Throwable> heard = new ArrayList<>();
    DecisionListener listener = event -> event.failure().ifPresent(heard::add);
    RateLimiter limiter =
        RateLimiter.builder().policy("test", "1/min").store(store).listener(listener).build();
    RateLimiter deaf = RateLimiter.of(Policy.parse("test", "1/min"), store);
    IllegalStateException down = new IllegalStateException("down");
    store.fail(down);
    assertThatThrownBy(() -> limiter.tryAcquire("a")).isSameAs(down);
    assertThatThrownBy(() -> deaf.tryAcquire("a")).isSameAs(down);
    assertThatThrownBy(() -> limiter.tryAcquire("a", 1, Duration.ZERO)).isSameAs(down);
    assertThat(limiter.async().tryAcquire("a")).isCompletedExceptionally();
    IllegalStateException closed = new IllegalStateException("closed");
    store.throwAtCall(closed);
    assertThatThrownBy(() -> limiter.tryAcquire("a")).isSameAs(closed);
    assertThatThrownBy(() -> deaf.peek("a")).isSameAs(closed);
    assertThatThrownBy(() -> limiter.tryAcquire("a", 1, Duration.ZERO)).isSameAs(closed);
    assertThat(limiter.async().tryAcquire("a", 1, Duration.ZERO)).isCompletedExceptionally();
    assertThat(heard).hasSize(6);
  }

  @Test
  void aStoresFailureIsThrownWithTheStackOfItsCaller() {
    TestStore store = new TestStore(time).later();
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "1/min"), store);
    Exception cause = new IllegalStateException("the cause");
    List<StoreException> failures =
        List.of(
            new StoreTimeoutException("too late", true, cause),
            new StoreUnavailableException("down", false, cause),
            new StoreMisconfiguredException("wrong", true, cause));
    for (StoreException failure : failures) {
      assertThat(failure.getStackTrace()).isEmpty();
      store.fail(failure);
      assertThatThrownBy(() -> limiter.tryAcquire("a"))
          .isExactlyInstanceOf(failure.getClass())
          .hasMessage(failure.getMessage())
          .hasCause(cause)
          .satisfies(
              e -> assertThat(((StoreException) e).mayHaveRun()).isEqualTo(failure.mayHaveRun()))
          .hasStackTraceContaining("aStoresFailureIsThrownWithTheStackOfItsCaller");
      assertThatThrownBy(() -> limiter.tryAcquire("a", 1, Duration.ofSeconds(1)))
          .hasStackTraceContaining("aStoresFailureIsThrownWithTheStackOfItsCaller");
    }
  }

  @Test
  void aBuilderNamesWhatIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> RateLimiter.builder().policy("test", "1/s").build())
        .withMessageContaining("store(");
    assertThatIllegalStateException()
        .isThrownBy(() -> RateLimiter.builder().store(new TestStore(time)).build())
        .withMessageContaining("policy(");
  }

  @Test
  void toStringShowsThePolicyAndTheChainOfStores() {
    assertThat(limiter(false, "10/min burst 5")).hasToString("test (10/min burst 5) -> test store");
    assertThat(
            RateLimiter.builder()
                .policies(key -> Policy.parse("test", "1/s"))
                .store(new TestStore(time))
                .build())
        .hasToString("policies by key -> test store");
  }

  /** A store around a store that writes down when it is closed. */
  private record Around(String name, StateStore inner, List<String> closed) implements StateStore {
    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return inner.decide(request, deadline);
    }

    @Override
    public Duration timeout() {
      return inner.timeout();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
      return type.isInstance(this) ? Optional.of(type.cast(this)) : inner.unwrap(type);
    }

    @Override
    public void close() {
      closed.add(name);
    }

    @Override
    public String toString() {
      return name + " -> " + inner;
    }
  }

  @Test
  void wrappersGoAroundTheStoreAndAreClosedWithTheLimiter() {
    List<String> closed = new ArrayList<>();
    TestStore store = new TestStore(time);
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("test", "1/s")
            .store(store)
            .wrap(inner -> new Around("inner", inner, closed))
            .wrap(inner -> inner)
            .wrap(inner -> new Around("outer", inner, closed))
            .build();
    assertThat(limiter).hasToString("test (1/s) -> outer -> inner -> test store");
    assertThat(limiter.tryAcquire("a").allowed()).isTrue();
    limiter.close();
    assertThat(closed).containsExactly("outer", "inner");
    assertThat(store.decide(new Request.Peek("a", Policy.parse("test", "1/s"), 1))).isCompleted();
  }

  @Test
  void aWrapperThatFailsLeavesNothingOpen() {
    List<String> closed = new ArrayList<>();
    RateLimiterBuilder builder =
        RateLimiter.builder()
            .policy("test", "1/s")
            .store(new TestStore(time))
            .wrap(inner -> new Around("inner", inner, closed))
            .wrap(inner -> null);
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessage("a wrapper returned null for inner -> test store");
    assertThat(closed).containsExactly("inner");
  }
}
