package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Cost;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.ManualTime;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TestStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A log of decisions")
@Timeout(60)
class DecisionLogTest {
  private static final KeyHash HASH =
      KeyHash.withSecret("a secret of tests".getBytes(StandardCharsets.US_ASCII));

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private DecisionLogBuilder log() {
    return DecisionLog.to(lines::add).timeSource(time);
  }

  private RateLimiter limiter(String policy, DecisionLogBuilder log) {
    RateLimiter limiter =
        RateLimiter.builder().policy("test", policy).store(store).timeSource(time).build();
    limiter.addObserver(log.build());
    return limiter;
  }

  private List<String> values(String field) {
    return lines.stream()
        .map(line -> line.replaceFirst(".*\"" + field + "\":\"?([^\",}]*).*", "$1"))
        .toList();
  }

  @Test
  @DisplayName("has the numbers of an allowed decision")
  void allowed() {
    limiter("100/min burst 20; 1000/day", log().keys(HASH)).tryAcquire("user:42", 3);
    assertThat(lines)
        .containsExactly(
            "{\"event\":\"rate_limit_check\",\"policy\":\"test\",\"key\":\""
                + HASH.of("user:42")
                + "\",\"operation\":\"ACQUIRE\",\"permits\":3,\"allowed\":true,"
                + "\"outcome\":\"ALLOWED\",\"limit\":\"100/min burst 20\",\"capacity\":20,"
                + "\"current_count\":3,\"source\":\"STORE\","
                + "\"timestamp\":\"2023-11-14T22:13:20.000000Z\"}");
  }

  @Test
  @DisplayName("has when a refused call can succeed, and no key unless it is hashed")
  void refused() {
    RateLimiter limiter = limiter("2/min", log());
    limiter.tryAcquire("user:42", 2);
    time.advance(1_500);
    limiter.tryAcquire("user:42");
    limiter.tryAcquire("user:42", 3);
    assertThat(lines.get(1))
        .isEqualTo(
            "{\"event\":\"rate_limit_exceeded\",\"policy\":\"test\",\"operation\":\"ACQUIRE\","
                + "\"permits\":1,\"allowed\":false,\"outcome\":\"REFUSED\",\"limit\":\"2/min\","
                + "\"capacity\":2,\"current_count\":2,\"source\":\"STORE\","
                + "\"retry_after_ms\":29998.500,"
                + "\"timestamp\":\"2023-11-14T22:13:20.001500Z\"}");
    assertThat(lines.get(2))
        .contains("\"outcome\":\"IMPOSSIBLE\"")
        .doesNotContain("retry_after_ms");
    assertThat(lines).noneMatch(line -> line.contains("user:42"));
  }

  @Test
  @DisplayName("has how long a call took that waited, and why one failed")
  void waitedAndFailed() {
    store.later();
    RateLimiter limiter = limiter("2/min", log());
    limiter.tryAcquire("k");
    store.fail(new StoreUnavailableException("the \"store\"\nis down", false, null));
    assertThat(limiter.async().tryAcquire("k")).isCompletedExceptionally();
    assertThat(lines.get(0)).containsPattern("\"latency_ms\":\\d+\\.\\d{3},");
    assertThat(lines.get(1))
        .startsWith(
            "{\"event\":\"rate_limit_failed\",\"policy\":\"test\",\"operation\":\"ACQUIRE\","
                + "\"permits\":1,\"error\":\"StoreUnavailableException: "
                + "the \\\"store\\\"\\nis down\",\"latency_ms\":");
  }

  @Test
  @DisplayName("has the type of a failure only, if its message may contain the key")
  void failureOfAnotherKind() {
    store.later();
    RateLimiter limiter = limiter("2/min", log());
    CompletableFuture<?> call = limiter.async().tryAcquire("alice");
    store.fail(new IllegalStateException("no row for alice"));
    CompletableFuture<?> failed = limiter.async().tryAcquire("alice");
    assertThat(failed).isCompletedExceptionally();
    assertThat(lines).hasSize(2).noneMatch(line -> line.contains("alice"));
    assertThat(lines.get(1)).contains("\"error\":\"IllegalStateException\"");
    assertThat(call).isCompleted();
  }

  @Test
  @DisplayName("has every operation, and a part that was only queried as a query")
  void operations() throws Exception {
    RateLimiter limiter = limiter("3/min", log());
    RateLimiter none =
        RateLimiter.builder().policy("none", "0/min").store(store).timeSource(time).build();
    limiter.tryAcquire("k", Cost.of(1));
    limiter.tryAcquire("k", 1, Duration.ZERO);
    limiter.peek("k", 2);
    limiter.refund("k", 1);
    limiter.reset("k");
    JointLimiter.of(limiter.part("k"), none.part("k")).tryAcquire();
    assertThat(values("operation"))
        .containsExactly("RESERVE", "ACQUIRE_WAITING", "PEEK", "REFUND", "RESET", "PEEK");
    assertThat(values("event")).containsOnly("rate_limit_check");
    assertThat(lines.get(2)).contains("\"allowed\":false");
  }

  @Test
  @DisplayName("has a call that waits once, when it has ended")
  void waits() {
    RateLimiter limiter = limiter("1/min", log());
    limiter.tryAcquire("k");
    CompletableFuture<?> turn = limiter.async().tryAcquire("k", 1, Duration.ofMinutes(2));
    assertThat(lines).hasSize(1);
    time.advance(60_000_000);
    assertThat(turn).isCompleted();
    limiter.async().tryAcquire("k", 1, Duration.ofMinutes(2)).cancel(false);
    assertThat(values("event"))
        .containsExactly("rate_limit_check", "rate_limit_check", "rate_limit_failed");
    assertThat(lines.get(2)).contains("\"error\":\"CancellationException");
  }

  // --- which -----------------------------------------------------------------------------------

  @Test
  @DisplayName("may have refusals and failures only")
  void refusedOnly() {
    RateLimiter limiter = limiter("1/min", log().refusedOnly());
    limiter.tryAcquire("k");
    limiter.tryAcquire("k");
    limiter.peek("k");
    limiter.reserve("k", 1);
    limiter.reset("k");
    store.later();
    limiter.tryAcquire("k");
    limiter.tryAcquire("k");
    limiter.peek("k");
    store.fail(new StoreUnavailableException("down", false, null));
    assertThat(limiter.async().peek("k")).isCompletedExceptionally();
    assertThat(values("event"))
        .containsExactly(
            "rate_limit_exceeded",
            "rate_limit_exceeded",
            "rate_limit_exceeded",
            "rate_limit_failed");
  }

  @Test
  @DisplayName("may have a sample of what was allowed, and says of how many")
  void sample() {
    DecisionLogBuilder sampled = log().allowedOneIn(10);
    AtomicInteger next = new AtomicInteger();
    sampled.random = bound -> next.getAndIncrement() % bound;
    RateLimiter limiter = limiter("40/min", sampled);
    for (int i = 0; i < 50; i++) {
      limiter.tryAcquire("k");
    }
    assertThat(values("event"))
        .as("%s", lines)
        .filteredOn("rate_limit_exceeded"::equals)
        .hasSize(10);
    assertThat(lines).filteredOn(line -> line.contains("\"one_in\":10")).hasSize(4);
    assertThat(lines).hasSize(14);
  }

  @Test
  @DisplayName("has settings with a range")
  void settings() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> log().allowedOneIn(0))
        .withMessage("allowedOneIn is 0; it must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> log().maximumWaiting(0))
        .withMessage("maximumWaiting is 0; it must be at least 1");
  }
}
