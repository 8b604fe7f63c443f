package io.github.ratelimiter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.engine.ExactKey.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random keys in lock-step with the oracle: every decision the same, on policies of one to four
 * limits, with any costs, and on clocks that stand, run and step back.
 */
class KeyStateOracleTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100);
  private static final int STEPS = 40;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void decidesAsTheOracleUnderAnyPolicy(int mostLimits) {
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 31 + mostLimits);
      run(scenarios, scenarios.policy(mostLimits), "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void decidesAsTheOracleWhereCallersBookAhead(int mostLimits) {
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 37 + mostLimits);
      run(scenarios, scenarios.bookablePolicy(mostLimits), "seed " + seed);
    }
  }

  private static void run(Scenarios scenarios, Policy policy, String seed) {
    KeyState state = new KeyState(policy);
    ExactKey oracle = new ExactKey(policy);
    List<Grant> leases = new ArrayList<>();
    List<Grant> bookings = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    List<Long> instants = new ArrayList<>();
    long now = scenarios.origin();
    long remaining = policy.limits().get(0).capacity();
    long retryAfter = 0;
    for (int step = 0; step < STEPS; step++) {
      now = scenarios.next(now, policy, retryAfter);
      Request request = scenarios.request(policy, remaining, leases, bookings);
      long instant = now;
      if (givesBack(request)
          && oracle.limits().stream()
              .anyMatch(l -> l instanceof ExactBucket bucket && bucket.beyondDomain(instant))) {
        continue;
      }
      requests.add(request);
      instants.add(now);
      Answer expected = oracle.decide(request, now);
      Decision decision = state.decide(request, now);
      assertThat(Answer.of(decision))
          .as(() -> seed + ", " + policy + ", at " + instants + ": " + requests)
          .isEqualTo(expected);
      assertThat(decision.remaining())
          .isEqualTo(expected.remaining().stream().mapToLong(r -> r).min().orElseThrow());
      Grant grant = decision.grant().orElse(null);
      if (grant != null) {
        oracle.remember(grant);
        (request instanceof Request.Lease ? leases : bookings).add(grant);
      }
      remaining = decision.remaining();
      retryAfter = expected.retryAfter();
    }
  }

  private static boolean givesBack(Request request) {
    return request instanceof Request.Refund
        || request instanceof Request.GiveBack
        || request instanceof Request.Charge
        || request instanceof Request.Cancel;
  }
}
