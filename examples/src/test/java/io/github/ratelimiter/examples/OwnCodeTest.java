package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OwnCodeTest {
  static final class Mailer {
    private final RateLimiter limiter;

    Mailer(RateLimiter limiter) {
      this.limiter = limiter;
    }

    String send(String to) {
      Decision decision = limiter.tryAcquire(to);
      return decision.allowed() ? "sent" : "later";
    }

    String sendWhenPossible(String to) throws InterruptedException {
      Decision decision = limiter.tryAcquire(to, 1, Duration.ofMinutes(5));
      return decision.allowed() ? "sent" : "too busy";
    }
  }

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();
  private final RateLimiter limiter =
      RateLimiter.builder().policy("api", "2/min").store(store).timeSource(clock).build();
  private final Mailer mailer = new Mailer(limiter);

  private String sendWhenPossible(String to) {
    try {
      return mailer.sendWhenPossible(to);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void howDoITestARefusal() {
    mailer.send("ann");
    mailer.send("ann");
    assertThat(mailer.send("ann")).isEqualTo("later");

    clock.advance(Duration.ofSeconds(30).minusNanos(1_000));
    assertThat(mailer.send("ann")).isEqualTo("later");

    clock.advance(Duration.ofNanos(1_000));
    assertThat(mailer.send("ann")).isEqualTo("sent");
  }

  @Test
  void howDoITestACallerWhoWaits() throws Exception {
    mailer.send("ann");
    mailer.send("ann");
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> sendWhenPossible("ann"));
    while (clock.waiting() == 0) {
      Thread.onSpinWait();
    }

    clock.advance(Duration.ofSeconds(30));

    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("sent");
  }

  @Test
  void howDoITestWithoutAThread() {
    limiter.tryAcquire("ann", 2);
    CompletableFuture<Decision> turn = limiter.async().tryAcquire("ann", 1, Duration.ofMinutes(5));
    assertThat(turn).isNotDone();

    clock.advance(Duration.ofSeconds(30));
    assertThat(turn).isDone();
  }

  @Test
  void howDoITestAClockThatIsCorrected() {
    limiter.tryAcquire("ann", 2);
    clock.set(clock.nowMicros() - 3_600_000_000L);
    assertThat(limiter.tryAcquire("ann").allowed()).isFalse();
  }
}
