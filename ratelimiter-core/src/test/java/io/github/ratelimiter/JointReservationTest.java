package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Permits of several keys that are settled later")
class JointReservationTest {
  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);
  private final List<String> told = new ArrayList<>();
  private final RateLimiter users = limiter("users", "fixed-window 10/min");
  private final RateLimiter everybody = limiter("everybody", "fixed-window 100/min");

  private RateLimiter limiter(String name, String policy) {
    return RateLimiter.builder()
        .policy(name, policy)
        .store(store)
        .timeSource(time)
        .listener(event -> told.add(name + " " + event.operation() + " " + event.permits()))
        .build();
  }

  enum Way {
    BLOCKING {
      @Override
      JointReservation reserve(JointLimiter limiter) {
        return limiter.reserve();
      }
    },
    ASYNCHRONOUS {
      @Override
      JointReservation reserve(JointLimiter limiter) {
        return limiter.reserveAsync().join();
      }
    };

    abstract JointReservation reserve(JointLimiter limiter);
  }

  private JointLimiter call(long permits) {
    return JointLimiter.of(
        users.part("u").permits(permits), everybody.part("all").permits(permits));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("are decided by a store with I/O in the same way")
  void later(Way way) {
    store.later();
    cancelled(way);
  }

  @Test
  @DisplayName("come back if the call is cancelled before its decision")
  void cancelledBeforeTheDecision() {
    store.later().hold();
    CompletableFuture<JointReservation> call = call(4).reserveAsync();
    assertThat(call.cancel(false)).isTrue();

    store.release();

    await().until(() -> left(users, "u") == 10 && left(everybody, "all") == 100);
    assertThat(store.seen()).filteredOn(Request.Release.class::isInstance).hasSize(2);
  }

  private long left(RateLimiter limiter, String key) {
    return limiter.peek(key).remaining();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("are used from the reservation on, and come back if it is cancelled")
  void cancelled(Way way) {
    JointReservation reservation = way.reserve(call(4));
    assertThat(reservation.allowed()).isTrue();
    assertThat(reservation.decision().parts()).hasSize(2);
    assertThat(left(users, "u")).isEqualTo(6);
    assertThat(left(everybody, "all")).isEqualTo(96);

    reservation.cancel();

    assertThat(left(users, "u")).isEqualTo(10);
    assertThat(left(everybody, "all")).isEqualTo(100);
    assertThatIllegalStateException().isThrownBy(reservation::cancel);
    assertThat(told)
        .containsSubsequence(
            "users RESERVE 4", "everybody RESERVE 4", "users SETTLE 4", "everybody SETTLE 4");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("are settled by each part on its own")
  void settled(Way way) {
    JointReservation reservation = way.reserve(call(4));
    reservation.reservations().get(0).settle(1);
    reservation.reservations().get(1).settle(7);
    assertThat(left(users, "u")).isEqualTo(9);
    assertThat(left(everybody, "all")).isEqualTo(93);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("are taken from all parts or from none")
  void refused(Way way) {
    JointReservation reservation = way.reserve(call(11));
    assertThat(reservation.allowed()).isFalse();
    assertThat(reservation.reservations()).noneMatch(Reservation::allowed);
    assertThat(reservation.reservations()).allMatch(part -> part.permits() == 0);
    assertThat(left(everybody, "all")).isEqualTo(100);

    reservation.cancel();

    assertThat(left(everybody, "all")).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("are not taken from an observed part that refuses")
  void observed(Way way) {
    users.record("u", 10);
    JointReservation reservation =
        way.reserve(JointLimiter.of(users.part("u").observed(), everybody.part("all")));
    assertThat(reservation.allowed()).isTrue();
    assertThat(reservation.reservations())
        .extracting(Reservation::allowed)
        .containsExactly(false, true);

    reservation.cancelAsync().join();

    assertThat(left(everybody, "all")).isEqualTo(100);
    time.advance(Duration.ofMinutes(1).toNanos() / 1_000);
    assertThat(left(users, "u")).isEqualTo(10);
  }
}
