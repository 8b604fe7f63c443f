package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.PolicySyntaxException;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.local.LocalStateStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  private final LocalStateStore store = LocalStateStore.create();
  private final RateLimiter limiter = RateLimiter.of(Policy.parse("api", "10/min"), store);

  @Test
  void whatDoesAWrongCallSay() {
    assertThatNullPointerException().isThrownBy(() -> limiter.tryAcquire(null)).withMessage("key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.tryAcquire(""))
        .withMessage("key is empty; it must have at least one character");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.tryAcquire("user:42", 0))
        .withMessage("permits is 0; it must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter.tryAcquire("user:42", 1, Duration.ofSeconds(-1)))
        .withMessage("maxWait is PT-1S; it must be zero or more");
    assertThat(limiter.peek("user:42").remaining()).isEqualTo(10);
  }

  @Test
  void whatDoesAClosedStoreSay() {
    store.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.tryAcquire("user:42"))
        .withMessage("the store is closed");
    assertThat(limiter.async().tryAcquire("user:42"))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("the store is closed");
    assertThatIllegalArgumentException().isThrownBy(() -> limiter.async().tryAcquire("user:42", 0));
  }

  @Test
  void whereIsTheMistakeInMyPolicy() {
    assertThatThrownBy(() -> Policy.parse("api", "100/min burst twenty"))
        .isInstanceOfSatisfying(
            PolicySyntaxException.class, e -> assertThat(e.position()).isEqualTo(14))
        .hasMessageContaining("found 'twenty', expected a number of permits, as in burst 20");
  }

  @Test
  void whatDoesAWrongLimitSay() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenBucket.of(5, Duration.ZERO))
        .withMessageContaining("it must be whole milliseconds from 1 ms to 366 days");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Policy.parse("my policy", "5/s"))
        .withMessageStartingWith("policy name is 'my policy'");
  }
}
