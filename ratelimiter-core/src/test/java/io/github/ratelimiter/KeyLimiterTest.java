package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("a limiter for one key")
class KeyLimiterTest {
  private final ManualTime time = new ManualTime();

  /**
   * A store with acquirers. They decide a request for one permit, and leave others to the store.
   */
  private static final class AcquiringStore implements StateStore {
    private final TestStore store;
    private final List<Policy> acquirers = new ArrayList<>();
    private int acquired;

    AcquiringStore(TimeSource time) {
      store = new TestStore(time).later();
    }

    @Override
    public Acquirer acquirer(String key, Policy policy) {
      acquirers.add(policy);
      return permits -> permits == 1 ? acquire(new Request.Acquire(key, policy, 1)) : null;
    }

    private Decision acquire(Request request) {
      acquired++;
      return store.decide(request).toCompletableFuture().join();
    }

    @Override
    public @Nullable Decision tryDecide(Request request) {
      throw new AssertionError("the acquirer was asked already");
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return store.decide(request, deadline);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("decides as the limiter does for that key")
  void sameDecisions(boolean later) throws InterruptedException {
    TestStore store = new TestStore(time);
    RateLimiter limiter = RateLimiter.of("test", "10/min", later ? store.later() : store);
    KeyLimiter bound = limiter.forKey("a");
    assertThat(bound.key()).isEqualTo("a");
    assertThat(bound.tryAcquire().remaining()).isEqualTo(9);
    assertThat(bound.tryAcquire(9).remaining()).isZero();
    assertThat(bound.tryAcquire()).isEqualTo(limiter.tryAcquire("a"));
    assertThat(bound.tryAcquire(1, Duration.ZERO).allowed()).isFalse();
    assertThat(bound.peek()).isEqualTo(limiter.peek("a"));
    assertThat(limiter.tryAcquire("b").allowed()).isTrue();
    assertThat(bound.refund(3).remaining()).isEqualTo(3);
    assertThat(bound.peek(4).allowed()).isFalse();
    assertThat(bound.reserve(2).settle(1).remaining()).isEqualTo(2);
    assertThat(bound.record(1).remaining()).isEqualTo(1);
    assertThat(bound.reset().remaining()).isEqualTo(10);
    assertThat(bound.tryAcquire(11).outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(bound).asString().isEqualTo("a: " + limiter);
  }

  @Test
  @DisplayName("lets the acquirer of the store decide, and the store what the acquirer leaves")
  void acquirer() {
    AcquiringStore store = new AcquiringStore(time);
    KeyLimiter bound = RateLimiter.of("test", "10/min", store).forKey("a");
    assertThat(bound.tryAcquire().remaining()).isEqualTo(9);
    assertThat(bound.tryAcquire(2).remaining()).isEqualTo(7);
    assertThat(bound.tryAcquire().remaining()).isEqualTo(6);
    assertThat(store.acquired).isEqualTo(2);
    assertThat(store.acquirers).hasSize(1);
  }

  @Test
  @DisplayName("follows the policy of its key")
  void policyChanges() {
    AcquiringStore store = new AcquiringStore(time);
    Policy two = Policy.parse("test", "2/h");
    Policy three = Policy.parse("test", "3/h");
    AtomicReference<Policy> policy = new AtomicReference<>(two);
    KeyLimiter bound =
        RateLimiter.builder().policies(key -> policy.get()).store(store).build().forKey("a");
    assertThat(bound.tryAcquire().allowed()).isTrue();
    assertThat(bound.tryAcquire().allowed()).isTrue();
    assertThat(bound.tryAcquire().allowed()).isFalse();
    policy.set(three);
    assertThat(bound.tryAcquire().limit()).isEqualTo(three.limits().get(0));
    assertThat(store.acquirers).containsExactly(two, three);
  }

  @Test
  @DisplayName("notifies the listeners of the limiter")
  void listeners() {
    List<DecisionEvent> events = new ArrayList<>();
    KeyLimiter bound =
        RateLimiter.builder()
            .policy("test", "10/min")
            .store(new TestStore(time))
            .listener(events::add)
            .build()
            .forKey("a");
    Decision decision = bound.tryAcquire(2);
    assertThat(events).hasSize(1);
    assertThat(events.get(0).key()).isEqualTo("a");
    assertThat(events.get(0).permits()).isEqualTo(2);
    assertThat(events.get(0).decision()).contains(decision);
  }

  @Test
  @DisplayName("refuses bad arguments before it asks")
  @SuppressWarnings("NullAway")
  void badArguments() {
    RateLimiter limiter = RateLimiter.of("test", "10/min", new AcquiringStore(time));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.forKey(""))
        .withMessage("key is empty; it must have at least one character");
    assertThatNullPointerException().isThrownBy(() -> limiter.forKey(null)).withMessage("key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.forKey("a").tryAcquire(0))
        .withMessage("permits is 0; it must be at least 1");
  }
}
