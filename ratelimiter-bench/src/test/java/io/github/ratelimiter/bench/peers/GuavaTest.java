package io.github.ratelimiter.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.util.concurrent.RateLimiter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the page on coming from other libraries says about Guava. Nothing here depends on time. */
class GuavaTest {
  /** One permit in 1,000 seconds: no test waits so long. */
  private static final double SLOW = 0.001;

  @Test
  void waiting() {
    RateLimiter limiter = RateLimiter.create(1_000);
    double secondsSlept = limiter.acquire();

    boolean allowed = limiter.tryAcquire(1, Duration.ofSeconds(2));

    assertThat(secondsSlept).isNotNegative();
    assertThat(allowed).isTrue();
  }

  @Test
  void aNewLimiterHasOnePermit() {
    RateLimiter limiter = RateLimiter.create(SLOW);
    assertThat(limiter.tryAcquire()).isTrue();
    assertThat(limiter.tryAcquire()).isFalse();
  }

  @Test
  void zeroPermitsAreAnException() {
    RateLimiter limiter = RateLimiter.create(SLOW);
    assertThatIllegalArgumentException().isThrownBy(() -> limiter.acquire(0));
    assertThatIllegalArgumentException().isThrownBy(() -> limiter.tryAcquire(0));
  }

  @Test
  void oneCallMayBorrow() {
    RateLimiter limiter = RateLimiter.create(1);
    assertThat(limiter.tryAcquire(3_600)).isTrue();
    assertThat(limiter.tryAcquire(1, Duration.ofMinutes(50))).isFalse();
  }

  @Test
  void aWaitThatIsTooLongIsRefusedImmediately() {
    RateLimiter limiter = RateLimiter.create(SLOW);
    limiter.acquire();
    // If it slept, the build would notice.
    assertThat(limiter.tryAcquire(1, Duration.ofSeconds(900))).isFalse();
  }

  @Test
  void aNewRateKeepsTheNextTurn() {
    RateLimiter limiter = RateLimiter.create(1);
    limiter.tryAcquire(3_600);

    limiter.setRate(1_000_000);

    assertThat(limiter.getRate()).isEqualTo(1_000_000);
    assertThat(limiter.tryAcquire()).isFalse();
  }

  @Test
  void thereIsNoRateOfZero() {
    assertThatIllegalArgumentException().isThrownBy(() -> RateLimiter.create(0));
  }

  @Test
  void warmUp() {
    RateLimiter limiter = RateLimiter.create(10, Duration.ofSeconds(3));

    assertThat(limiter.getRate()).isEqualTo(10);
  }

  @Test
  void anInterruptDoesNotEndAWait() {
    RateLimiter limiter = RateLimiter.create(100);
    limiter.acquire();
    Thread.currentThread().interrupt();
    limiter.acquire();
    assertThat(Thread.interrupted()).isTrue();
  }
}
