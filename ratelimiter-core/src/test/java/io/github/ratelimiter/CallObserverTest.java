package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("an observer of calls")
class CallObserverTest {
  private final ManualTime time = new ManualTime();
  private final List<String> seen = new ArrayList<>();

  /** Writes down what it is notified of. */
  private final CallObserver observer =
      new CallObserver() {
        @Override
        public void onAcquire(String key, long permits, Decision decision) {
          seen.add("acquire " + permits + " of " + key + ": " + decision.outcome());
        }

        @Override
        public void onDecision(Call call, Decision decision) {
          seen.add(call.operation() + " " + call.permits() + ": " + decision.outcome());
        }

        @Override
        public Observation onCall(Call call) {
          seen.add(call.operation() + " begins");
          return this::ended;
        }

        private void ended(Call call, @Nullable Decision decision, @Nullable Throwable failure) {
          seen.add(
              call.operation()
                  + " ends: "
                  + (decision == null ? String.valueOf(failure) : decision.outcome()));
        }
      };

  private RateLimiter limiter(TestStore store, String policy) {
    RateLimiter limiter =
        RateLimiter.builder().policy("test", policy).store(store).timeSource(time).build();
    limiter.addObserver(observer);
    return limiter;
  }

  @Test
  @DisplayName("is notified once of a call that is decided immediately")
  void atOnce() {
    RateLimiter limiter = limiter(new TestStore(time), "10/min");
    limiter.tryAcquire("a", 3);
    limiter.forKey("a").tryAcquire(8);
    limiter.async().tryAcquire("a").join();
    limiter.peek("a", 2);
    limiter.reserve("a", Cost.of(4)).settle(2);
    limiter.reset("a");
    assertThat(seen)
        .containsExactly(
            "acquire 3 of a: ALLOWED",
            "acquire 8 of a: REFUSED",
            "acquire 1 of a: ALLOWED",
            "PEEK 2: ALLOWED",
            "RESERVE 4: ALLOWED",
            "SETTLE 2: ALLOWED",
            "RESET 0: ALLOWED");
  }

  @Test
  @DisplayName("is notified of the beginning and the end of a call that waits")
  void waits() throws InterruptedException {
    TestStore store = new TestStore(time).later();
    RateLimiter limiter = limiter(store, "10/min burst 2");
    limiter.tryAcquire("a");
    limiter.forKey("a").tryAcquire();
    limiter.tryAcquire("a", 1, Duration.ZERO);
    store.hold();
    CompletableFuture<Decision> answer = limiter.async().peek("a");
    assertThat(seen)
        .containsExactly(
            "ACQUIRE begins",
            "ACQUIRE ends: ALLOWED",
            "ACQUIRE begins",
            "ACQUIRE ends: ALLOWED",
            "ACQUIRE_WAITING begins",
            "ACQUIRE_WAITING ends: REFUSED",
            "PEEK begins");
    store.release();
    answer.join();
    assertThat(seen).endsWith("PEEK begins", "PEEK ends: REFUSED");
  }

  @Test
  @DisplayName("is notified of failures, also of calls that fail immediately")
  void failures() {
    TestStore store = new TestStore(time);
    RateLimiter limiter = limiter(store, "10/min");
    store.throwAtCall(new IllegalStateException("closed"));
    assertThatIllegalStateException().isThrownBy(() -> limiter.tryAcquire("a"));
    assertThat(catchThrowable(() -> limiter.async().tryAcquire("a").join())).isNotNull();
    assertThatIllegalStateException()
        .isThrownBy(() -> JointLimiter.of(limiter.part("a"), limiter.part("b")).tryAcquire());
    String failure = "ACQUIRE ends: java.lang.IllegalStateException: closed";
    assertThat(seen)
        .containsExactly(
            "ACQUIRE begins",
            failure,
            "ACQUIRE begins",
            failure,
            "ACQUIRE begins",
            "ACQUIRE begins",
            failure,
            failure);
  }

  @Test
  @DisplayName("is notified of a call that is cancelled")
  void cancelled() {
    TestStore store = new TestStore(time).later();
    store.hold();
    limiter(store, "10/min").async().tryAcquire("a").cancel(false);
    assertThat(seen)
        .containsExactly(
            "ACQUIRE begins", "ACQUIRE ends: " + new CancellationException().toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("sees that a part of a joint call was only queried if another part refused")
  void joint(boolean waits) throws InterruptedException {
    RateLimiter limiter = limiter(new TestStore(time), "10/min");
    JointLimiter joint = JointLimiter.of(limiter.part("a"), limiter.part("b").permits(10));
    RateLimiter.of("test", "10/min", limiter.store()).tryAcquire("b");
    JointDecision decision = waits ? joint.tryAcquire(Duration.ZERO) : joint.tryAcquire();
    assertThat(decision.allowed()).isFalse();
    assertThat(seen)
        .endsWith(
            waits
                ? new String[] {"PEEK ends: ALLOWED", "ACQUIRE_WAITING ends: REFUSED"}
                : new String[] {"PEEK ends: ALLOWED", "ACQUIRE ends: REFUSED"});
  }

  @Test
  @DisplayName("can be removed")
  void removed() {
    RateLimiter limiter = limiter(new TestStore(time), "10/min");
    KeyLimiter bound = limiter.forKey("a");
    limiter.tryAcquire("a");
    limiter.removeObserver(observer);
    limiter.tryAcquire("a");
    bound.tryAcquire();
    assertThat(seen).containsExactly("acquire 1 of a: ALLOWED");
  }

  @Test
  @DisplayName("is notified once if it was added twice, until it was removed twice")
  void addedTwice() {
    RateLimiter limiter = limiter(new TestStore(time), "10/min");
    limiter.addObserver(observer);
    limiter.tryAcquire("a");
    limiter.removeObserver(observer);
    limiter.tryAcquire("b");
    limiter.removeObserver(observer);
    limiter.removeObserver(observer);
    limiter.tryAcquire("c");
    assertThat(seen).containsExactly("acquire 1 of a: ALLOWED", "acquire 1 of b: ALLOWED");
  }

  @Test
  @DisplayName("harms no call and no other observer if it throws")
  void throwing() throws InterruptedException {
    TestStore store = new TestStore(time).later();
    RateLimiter limiter = RateLimiter.of("test", "10/min", store);
    limiter.addObserver(
        new CallObserver() {
          @Override
          public void onAcquire(String key, long permits, Decision decision) {
            throw new IllegalStateException("acquire");
          }

          @Override
          public void onDecision(Call call, Decision decision) {
            throw new IllegalStateException("decision");
          }

          @Override
          public Observation onCall(Call call) {
            if (call.operation() == Call.Operation.PEEK) {
              throw new IllegalStateException("call");
            }
            return (ended, decision, failure) -> {
              throw new IllegalStateException("end");
            };
          }
        });
    limiter.addObserver(observer);
    assertThat(limiter.peek("a").remaining()).isEqualTo(10);
    assertThat(limiter.tryAcquire("a").remaining()).isEqualTo(9);
    assertThat(limiter.tryAcquire("a", 1, Duration.ZERO).remaining()).isEqualTo(8);
    assertThat(limiter.async().tryAcquire("a").join().remaining()).isEqualTo(7);
    assertThat(seen).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/min", "fixed-window 10/min"})
  @DisplayName("is passed on to the store with the deadline of each call")
  void passedOn(String policy) throws InterruptedException {
    List<Integer> passed = new ArrayList<>();
    TestStore store = new TestStore(time).later();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("test", policy)
            .store(store)
            .wrap(
                inner ->
                    new ForwardingStore(inner) {
                      @Override
                      public CompletionStage<Decision> decide(Request request, Deadline deadline) {
                        passed.add(deadline.observations().size());
                        return super.decide(request, deadline);
                      }
                    })
            .timeSource(time)
            .build();
    limiter.tryAcquire("a");
    limiter.addObserver(observer);
    limiter.tryAcquire("a");
    limiter.async().peek("a").join();
    limiter.async().reserve("a", 1).join();
    limiter.tryAcquire("a", 1, Duration.ZERO);
    assertThat(passed).containsExactly(0, 1, 1, 1, 1);
  }
}
