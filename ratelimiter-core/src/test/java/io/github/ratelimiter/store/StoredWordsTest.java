package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key's stored numbers are its whole state: read back, it decides as if it had never left. */
class StoredWordsTest {
  private static KeyState readBack(KeyState state) {
    LimitState[] counters =
        state.counters().stream().map(counter -> copy(counter)).toArray(LimitState[]::new);
    return new KeyState(
        state.policy(), counters, state.until(), state.generation(), state.drainedUntil());
  }

  private static LimitState copy(LimitState counter) {
    LimitState copy = counter.algorithm().newState(counter.words());
    copy.cutAt(counter.cutAt());
    return copy;
  }

  private static List<List<Long>> words(KeyState state) {
    return state.counters().stream()
        .map(
            counter ->
                LongStream.concat(LongStream.of(counter.cutAt()), LongStream.of(counter.words()))
                    .boxed()
                    .toList())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aStateReadBackDecidesAsTheOneThatStayed(int versions) {
    for (long seed = 0; seed < 300; seed++) {
      Scenarios scenarios = new Scenarios(seed);
      List<Policy> policies = scenarios.versions(versions, 3, false);
      KeyState stayed = new KeyState(policies.get(0));
      KeyState stored = new KeyState(policies.get(0));
      List<Grant> leases = new ArrayList<>();
      List<Grant> reservations = new ArrayList<>();
      long now = scenarios.origin();
      long remaining = 1;
      for (int step = 0; step < 40; step++) {
        Policy policy = policies.get(scenarios.random.nextInt(versions));
        now = scenarios.next(now, policy, 0);
        Request request = scenarios.request(policy, remaining, leases, reservations);
        StoreDecision decision = stayed.decide(request, now);
        stored = readBack(stored);
        assertThat(stored.decide(request, now))
            .as("seed %s, %s, %s at %s", seed, policy, request, now)
            .isEqualTo(decision);
        assertThat(words(stored)).isEqualTo(words(stayed));
        assertThat(stored.resetAfter(now)).isEqualTo(stayed.resetAfter(now));
        StoreDecision.of(decision)
            .grant()
            .ifPresent((request instanceof Request.Lease ? leases : reservations)::add);
        remaining = decision.remaining();
      }
    }
  }

  @Test
  void aRequestCarriedOutElsewhereIsToldTheStateItLeft() {
    Policy policy = Policy.parse("test", "10/s; fixed-window 10/h");
    KeyState state = new KeyState(policy);
    StoreDecision decision = state.decide(new Request.Acquire("key", policy, 4), 1_000_000);
    assertThat(readBack(state).carriedOut(1_000_000)).isEqualTo(decision);
    assertThat(state.carriedOut(1_200_000).limits())
        .extracting(status -> status.remaining())
        .containsExactly(8L, 6L);
  }

  @Test
  void ofLimitsThatLeaveEquallyManyTheFirstBinds() {
    Policy policy = Policy.parse("test", "fixed-window 10/min; fixed-window 10/h; 10/2h");
    KeyState state = new KeyState(policy);
    long now = 3_600_000_000L;
    assertThat(state.decide(new Request.Acquire("key", policy, 1), now).limit())
        .isEqualTo(policy.limits().get(0));
    Policy reservable = Policy.parse("test", "10/s burst 1; 20/2s burst 1");
    KeyState reserved = new KeyState(reservable);
    reserved.decide(new Request.Acquire("key", reservable, 1), now);
    StoreDecision refused = reserved.decide(new Request.Reserve("key", reservable, 1, 0), now);
    assertThat(refused.limit()).isEqualTo(reservable.limits().get(0));
    assertThat(reserved.decide(new Request.Acquire("key", reservable, 1), now).limit())
        .isEqualTo(reservable.limits().get(0));
  }
}
