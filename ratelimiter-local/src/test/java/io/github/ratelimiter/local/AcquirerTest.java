package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("an acquirer that keeps the entry of its key")
class AcquirerTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store =
      LocalStateStore.builder().maximumKeys(8).timeSource(clock).build();
  private final Policy policy = Policy.parse("test", "3/h");
  private final Acquirer acquirer = store.acquirer("a", policy);

  private long remaining() {
    return store.tryDecide(new Request.Peek("a", policy, 1)).remaining();
  }

  @Test
  @DisplayName("sees what other callers take, give back and forget")
  void others() {
    assertThat(acquirer.tryAcquire(1).remaining()).isEqualTo(2);
    store.tryDecide(new Request.Acquire("a", policy, 1));
    assertThat(acquirer.tryAcquire(2).allowed()).isFalse();
    store.tryDecide(new Request.Refund("a", policy, 1));
    assertThat(acquirer.tryAcquire(2).remaining()).isZero();
    store.tryDecide(new Request.Reset("a", policy));
    assertThat(acquirer.tryAcquire(1).remaining()).isEqualTo(2);
    assertThat(remaining()).isEqualTo(2);
  }

  @Test
  @DisplayName("takes a removed key for a new one, as any call does")
  void removed() {
    acquirer.tryAcquire(3);
    clock.advance(Duration.ofHours(2));
    store.sweep();
    assertThat(store.keys()).isZero();
    assertThat(acquirer.tryAcquire(1).remaining()).isEqualTo(2);
    assertThat(remaining()).isEqualTo(2);
  }

  @Test
  @DisplayName("finds the new entry of a key that was evicted")
  void evicted() {
    acquirer.tryAcquire(1);
    for (int i = 0; store.evictions() == 0 || remaining() < 3; i++) {
      store.tryDecide(new Request.Acquire("other" + i, policy, 3));
    }
    assertThat(acquirer.tryAcquire(1).remaining()).isEqualTo(2);
    assertThat(remaining()).isEqualTo(2);
    assertThat(acquirer.tryAcquire(2).allowed()).isTrue();
    assertThat(acquirer.tryAcquire(1).allowed()).isFalse();
  }

  @Test
  @DisplayName("shares the key with another version of the policy")
  void versions() {
    Policy more = Policy.parse("test", "5/h");
    Acquirer other = store.acquirer("a", more);
    assertThat(acquirer.tryAcquire(2).remaining()).isEqualTo(1);
    assertThat(other.tryAcquire(1).remaining()).isEqualTo(2);
    assertThat(acquirer.tryAcquire(1).allowed()).isFalse();
    assertThat(other.tryAcquire(2).allowed()).isTrue();
  }

  @Test
  @DisplayName("throws when the store is closed")
  void closed() {
    acquirer.tryAcquire(1);
    store.close();
    assertThatIllegalStateException().isThrownBy(() -> acquirer.tryAcquire(1));
  }
}
