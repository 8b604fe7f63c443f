package io.github.ratelimiter.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A settlement whose store fails")
class SettlementsTest {
  private static final Policy POLICY = Policy.parse("tokens", "fixed-window 1000/day");

  private final LocalStateStore store = LocalStateStore.create();

  @AfterEach
  void close() {
    store.close();
  }

  private ReservationRecord reserve(long permits) {
    Request.Hold hold = new Request.Hold("1", POLICY, permits);
    Decision held = store.decide(hold).toCompletableFuture().join();
    return new ReservationRecord(
        "name",
        Instant.MAX.minusSeconds(1),
        Duration.ofMinutes(10),
        permits,
        List.of(new ReservedPermits(POLICY, "1", 1, StoreDecision.of(held).grant().orElseThrow())));
  }

  private long remaining() {
    return RateLimiter.of(POLICY, store).peek("1").remaining();
  }

  private StateStore failing(boolean afterIt) {
    return (request, deadline) -> {
      if (afterIt) {
        store.decide(request, deadline).toCompletableFuture().join();
      }
      return CompletableFuture.failedFuture(new StoreTimeoutException("late", afterIt, null));
    };
  }

  @Test
  @DisplayName("before anything is done changes nothing, and can be repeated")
  void before() {
    ReservationRecord reserved = reserve(800);
    assertThat(explanation(new Settlements(store, failing(false)).settle(reserved, 300)))
        .contains("Nothing is settled");
    assertThat(remaining()).isEqualTo(200);
    assertThat(new Settlements(store, store).settle(reserved, 300))
        .isInstanceOf(SettleResult.Settled.class);
    assertThat(remaining()).isEqualTo(700);
  }

  @Test
  @DisplayName("with an unknown outcome says so, and never returns more than was reserved")
  void unknown() {
    ReservationRecord reserved = reserve(800);
    assertThat(explanation(new Settlements(store, failing(true)).settle(reserved, 300)))
        .contains("may be settled");
    for (int call = 0; call < 3; call++) {
      assertThat(new Settlements(store, store).settle(reserved, 300))
          .isInstanceOf(SettleResult.Settled.class);
      assertThat(remaining()).isEqualTo(200);
    }
    assertThat(new Settlements(store, store).settle(reserved, 0))
        .isEqualTo(new SettleResult.SettledOtherwise(300));
  }

  @Test
  @DisplayName("after it was begun names the rules, and is not repeated")
  void after() {
    ReservationRecord reserved = reserve(800);
    assertThat(explanation(new Settlements(failing(false), store).settle(reserved, 300)))
        .contains("rules tokens");
    assertThat(new Settlements(store, store).settle(reserved, 300))
        .isInstanceOf(SettleResult.Settled.class);
    assertThat(remaining()).isEqualTo(200);
  }

  private static String explanation(SettleResult result) {
    assertThat(result).isInstanceOf(SettleResult.Failed.class);
    return ((SettleResult.Failed) result).explanation();
  }
}
