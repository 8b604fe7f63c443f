package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two versions of a policy during one outage. */
class VersionsTest {
  private static final Policy LARGE = Policy.parse("test", "fixed-window 1000/h");
  private static final Policy SMALL = Policy.parse("test", "1/h");

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final Fallback fallback =
      Fallback.around(store).timeSource(clock).window(2, 1).instance(0, 4).build();

  private boolean take(Policy version, long permits) {
    Request request = new Request.Acquire("k", version, permits);
    Deadline deadline = Deadline.after(FaultyStore.DEADLINE, clock);
    return fallback.decide(request, deadline).toCompletableFuture().join().allowed();
  }

  @Test
  @DisplayName("what was admitted under one is charged, though another with less decided last")
  void charged() {
    store.down();
    assertThat(take(LARGE, 200)).isTrue();
    take(SMALL, 1);
    store.up();
    clock.advance(Duration.ofSeconds(1));
    Decision state = store.store.tryDecide(new Request.Peek("k", LARGE, 1));
    assertThat(state.remaining()).isBetween(799L, 800L);
  }

  @Test
  @DisplayName("a version goes on from what the store said of another, whichever asks first")
  void goingOn() {
    assertThat(take(LARGE, 900)).isTrue();
    store.down();
    take(SMALL, 1);
    assertThat(take(LARGE, 26)).as("its share of the 100 that were left is 25").isFalse();
    assertThat(take(LARGE, 24)).isTrue();
  }
}
