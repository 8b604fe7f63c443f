package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.KeyLimiter;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** This library's side of the page on coming from other libraries. */
class ComingFromTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();

  private RateLimiter limiter(String policy) {
    return RateLimiter.builder().policy("api", policy).store(store).timeSource(clock).build();
  }

  @Test
  void howDoILimitOneThing() throws InterruptedException {
    RateLimiter limiter = RateLimiter.of("mail", "10/s burst 20", LocalStateStore.create());
    KeyLimiter mail = limiter.forKey("smtp.example.org");
    boolean allowed = mail.tryAcquire().allowed();

    boolean afterWaiting = mail.tryAcquire(1, Duration.ofSeconds(2)).allowed();

    assertThat(allowed).isTrue();
    assertThat(afterWaiting).isTrue();
  }

  @Test
  void howDoILimitEachKey() {
    String user = "user:42";

    RateLimiter limiter = RateLimiter.of("api", "10/h burst 20", LocalStateStore.create());

    boolean allowed = limiter.tryAcquire(user).allowed();
    assertThat(allowed).isTrue();
  }

  @Test
  void howDoISayWhenToRetry() {
    RateLimiter limiter = limiter("10/s");
    String user = "user:42";
    limiter.tryAcquire(user, 8);

    Decision decision = limiter.tryAcquire(user, 5);
    Optional<Duration> retryAfter = decision.retryAfter();

    assertThat(decision.remaining()).isEqualTo(2);
    assertThat(retryAfter).contains(Duration.ofMillis(300));
  }

  @Test
  void howDoICombineLimits() {
    RateLimiter limiter =
        RateLimiter.of("api", "10/s; fixed-window 5000/day", LocalStateStore.create());

    assertThat(limiter.tryAcquire("user:42", 11).allowed()).isFalse();
    assertThat(limiter.tryAcquire("user:42", 10).allowed()).isTrue();
  }

  @Test
  void howDoIChangeALimit() {
    String user = "user:42";
    AtomicReference<Policy> current = new AtomicReference<>(Policy.parse("api", "10/h"));
    RateLimiter limiter = RateLimiter.builder().policies(key -> current.get()).store(store).build();
    limiter.tryAcquire(user, 6);

    current.set(Policy.parse("api", "20/h"));

    assertThat(limiter.peek(user).remaining()).isEqualTo(14);
    current.set(Policy.parse("api", "5/h"));
    assertThat(limiter.peek(user).remaining()).isZero();
  }

  @Test
  void howDoIReturnPermits() {
    RateLimiter limiter = limiter("10/s");
    String user = "user:42";
    limiter.tryAcquire(user, 5);

    limiter.refund(user, 3);

    assertThat(limiter.peek(user).remaining()).isEqualTo(8);
    assertThat(limiter.refund(user, 100).remaining()).isEqualTo(10);
  }

  @Test
  void howDoITakeWhatIsThere() {
    RateLimiter limiter = limiter("10/s");
    String user = "user:42";
    limiter.tryAcquire(user, 4);

    Reservation some = limiter.reserve(user, 1, 500);
    long granted = some.permits();

    assertThat(granted).isEqualTo(6);
  }

  @Test
  void howDoISettleACost() {
    RateLimiter limiter = limiter("fixed-window 10/h");
    String user = "user:42";

    Reservation reservation = limiter.reserve(user, 5);
    reservation.settle(2);

    assertThat(limiter.peek(user).remaining()).isEqualTo(8);
  }

  @Test
  void howDoICountRefusals() {
    LongAdder refused = new LongAdder();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "10/s")
            .store(store)
            .listener(
                event -> {
                  if (event.operation() == Call.Operation.ACQUIRE
                      && event.decision().filter(decision -> !decision.allowed()).isPresent()) {
                    refused.increment();
                  }
                })
            .build();

    limiter.tryAcquire("user:42", 11);
    assertThat(refused.sum()).isEqualTo(1);
  }

  @Test
  void whatIfICallForNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limiter("10/s").tryAcquire("user:42", 0))
        .withMessage("permits is 0; it must be at least 1");
  }

  @Test
  void whatIfICallForMoreThanTheCapacity() throws InterruptedException {
    RateLimiter limiter = limiter("10/s");

    Decision decision = limiter.tryAcquire("user:42", 11);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.IMPOSSIBLE);
    assertThat(decision.retryAfter()).isEmpty();

    Decision waiting = limiter.tryAcquire("user:42", 11, Duration.ofHours(1));
    assertThat(waiting.outcome()).isEqualTo(Decision.Outcome.IMPOSSIBLE);
  }

  static final class TooManyCalls extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyCalls(Decision decision) {
      super(decision.toString());
    }
  }

  static <T> T guarded(KeyLimiter limiter, Supplier<T> call) {
    Decision decision = limiter.tryAcquire();
    if (!decision.allowed()) {
      throw new TooManyCalls(decision);
    }
    return call.get();
  }

  private static String fetchOrders() {
    return "orders";
  }

  @Test
  void howDoIGuardACall() {
    KeyLimiter limiter = limiter("fixed-window 10/s").forKey("orders");

    String orders = guarded(limiter, () -> fetchOrders());

    assertThat(orders).isEqualTo("orders");
  }

  @Test
  void howDoIWaitInEvenSteps() {
    RateLimiter limiter = limiter("leaky-bucket 10/s burst 100");
    Duration maxWait = Duration.ofSeconds(5);

    CompletableFuture<Decision> first = limiter.async().tryAcquire("mail", 1, maxWait);
    CompletableFuture<Decision> second = limiter.async().tryAcquire("mail", 1, maxWait);

    assertThat(first).isDone();
    assertThat(second).isNotDone();
    clock.advance(Duration.ofMillis(100));
    assertThat(second).isDone();
  }

  static long retryAfterSeconds(Decision refused) {
    return (refused.retryAfterMicros() + 999_999) / 1_000_000;
  }

  @Test
  void howDoIAnswerInAReactiveServer() {
    RateLimiter limiter = limiter("10/s burst 20");
    String user = "user:42";

    Mono<Decision> decision = Mono.fromFuture(() -> limiter.async().tryAcquire(user));

    assertThat(decision.block().allowed()).isTrue();
    limiter.tryAcquire(user, 19);
    assertThat(retryAfterSeconds(decision.block())).isEqualTo(1);
  }
}
