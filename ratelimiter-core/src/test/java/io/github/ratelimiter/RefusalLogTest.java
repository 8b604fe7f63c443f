package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@DisplayName("The log of refusals")
@Isolated("changes the level of a logger that all limiters use")
class RefusalLogTest {
  private static final String REFUSED =
      "DEBUG A call was refused by 2/min of test (2/min), 0 remaining, retry in PT30S"
          + " {limit=2/min, outcome=REFUSED, permits=1, policy=test, retry_after_ms=30000.000,"
          + " source=STORE}";

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);
  private final RateLimiter limiter =
      RateLimiter.builder().policy("test", "2/min").store(store).timeSource(time).build();
  private Logged logged;

  @BeforeEach
  void listen() {
    logged = Logged.by(RateLimiter.class);
  }

  @AfterEach
  void stop() {
    logged.close();
    ((Logger) LoggerFactory.getLogger(RateLimiter.class)).setLevel(null);
  }

  private void useUp() {
    var unused = limiter.tryAcquire("secret", 2);
  }

  @Test
  @DisplayName("has the numbers of the decision, and not the key")
  void fields() {
    useUp();
    assertThat(logged.lines()).isEmpty();
    limiter.tryAcquire("secret");
    limiter.tryAcquire("secret", 3);
    assertThat(logged.lines())
        .containsExactly(
            REFUSED,
            "DEBUG A call was impossible under 2/min of test (2/min): the call exceeds the capacity"
                + " {limit=2/min, outcome=IMPOSSIBLE, permits=3, policy=test, source=STORE}");
  }

  @Test
  @DisplayName("has each way to ask for permits, at the call and later")
  void everyWay() throws Exception {
    useUp();
    limiter.forKey("secret").tryAcquire();
    limiter.async().tryAcquire("secret").join();
    limiter.reserve("secret", 1);
    limiter.async().reserve("secret", 1).join();
    limiter.tryAcquire("secret", 1, Duration.ofSeconds(1));
    assertThat(logged.lines())
        .hasSize(5)
        .contains(REFUSED)
        .allMatch(line -> line.contains("REFUSED"));
    time.advance(1_000_000);
    store.later();
    limiter.forKey("secret").tryAcquire();
    limiter.async().tryAcquire("secret").join();
    limiter.tryAcquire("secret", Cost.of(1));
    limiter.async().reserve("secret", 1).join();
    limiter.async().tryAcquire("secret", 1, Duration.ofSeconds(1)).join();
    assertThat(logged.lines()).hasSize(10);
    store.hold();
    CompletableFuture<Decision> waits = limiter.async().tryAcquire("secret");
    time.advance(1_000_000);
    store.release();
    assertThat(waits.join().allowed()).isFalse();
    assertThat(logged.lines()).hasSize(11);
  }

  @Test
  @DisplayName("has no other operation, no part that was only queried, and no failure")
  void nothingElse() {
    RateLimiter all =
        RateLimiter.builder().policy("all", "9/min").store(store).timeSource(time).build();
    useUp();
    limiter.peek("secret");
    limiter.drain("secret", Duration.ofSeconds(1));
    assertThat(logged.lines()).isEmpty();
    JointLimiter joint = JointLimiter.of(limiter.part("secret"), all.part("any"));
    assertThat(joint.tryAcquire().allowed()).isFalse();
    assertThat(joint.tryAcquireAsync().join().allowed()).isFalse();
    assertThat(logged.lines()).hasSize(2).allMatch(line -> line.contains("policy=test"));
    store.later();
    assertThat(joint.tryAcquire().allowed()).isFalse();
    assertThat(joint.tryAcquireAsync().join().allowed()).isFalse();
    assertThat(logged.lines()).hasSize(4).allMatch(line -> line.contains("policy=test"));
    store.fail(new StoreUnavailableException("down", false, null));
    assertThat(limiter.async().tryAcquire("secret")).isCompletedExceptionally();
    assertThat(logged.lines()).hasSize(4);
  }

  @Test
  @DisplayName("has ten a second of each limiter, and tells how many it left out")
  void limited() {
    useUp();
    for (int i = 0; i < 1_000; i++) {
      limiter.tryAcquire("secret");
    }
    assertThat(logged.lines()).hasSize(10);
    time.advance(100_000);
    limiter.tryAcquire("secret");
    assertThat(logged.lines()).hasSize(11).last().asString().contains("not_logged=990");
  }

  @Test
  @DisplayName("is off unless debug is on")
  void off() {
    ((Logger) LoggerFactory.getLogger(RateLimiter.class)).setLevel(Level.INFO);
    useUp();
    limiter.tryAcquire("secret");
    store.later();
    limiter.tryAcquire("secret");
    assertThat(logged.lines()).isEqualTo(List.of());
  }
}
