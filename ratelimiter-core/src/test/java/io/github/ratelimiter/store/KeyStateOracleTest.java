package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.ExactKey.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random keys in lock-step with the oracle: every decision the same, on policies of one to four
 * limits and on versions of them that alternate, with any costs, and on clocks that stand, run and
 * step back.
 */
class KeyStateOracleTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100);
  private static final int STEPS = 40;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void decidesAsTheOracleUnderAnyPolicy(int mostLimits) {
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 31 + mostLimits);
      run(scenarios, List.of(scenarios.policy(mostLimits)), "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void decidesAsTheOracleWhereCallersReserveAhead(int mostLimits) {
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 37 + mostLimits);
      run(scenarios, List.of(scenarios.reservablePolicy(mostLimits)), "seed " + seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 2", "6, 4"})
  void decidesAsTheOracleUnderVersionsThatAlternate(int versions, int mostLimits) {
    int beside = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 41 + versions);
      beside += run(scenarios, scenarios.versions(versions, mostLimits, false), "seed " + seed);
    }
    assertThat(beside).as("decisions beside counters of other versions").isGreaterThan(3 * RUNS);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 3"})
  void decidesAsTheOracleWhereVersionsReserveAhead(int versions, int mostLimits) {
    int beside = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 43 + versions);
      beside += run(scenarios, scenarios.versions(versions, mostLimits, true), "seed " + seed);
    }
    assertThat(beside).as("decisions beside counters of other versions").isGreaterThan(3 * RUNS);
  }

  /** Small limits of short periods that everything meets, and more than 16 other counters. */
  @ParameterizedTest
  @CsvSource({"2, 2, 40", "6, 3, 40", "12, 4, 60"})
  void decidesAsTheOracleUnderManySmallVersions(int versions, int mostLimits, int steps) {
    int beside = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 47 + versions);
      List<Policy> policies = scenarios.smallVersions(versions, mostLimits, seed % 3 == 0);
      beside += run(scenarios, policies, "seed " + seed, steps);
    }
    assertThat(beside).as("decisions beside counters of other versions").isGreaterThan(10 * RUNS);
  }

  private static int run(Scenarios scenarios, List<Policy> versions, String seed) {
    return run(scenarios, versions, seed, STEPS);
  }

  /** How many decisions were made beside counters of other versions. */
  private static int run(Scenarios scenarios, List<Policy> versions, String seed, int steps) {
    KeyState state = new KeyState(versions.get(0));
    ExactKey oracle = new ExactKey(versions.get(0));
    List<Grant> leases = new ArrayList<>();
    List<Grant> reservations = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    List<Long> instants = new ArrayList<>();
    long now = scenarios.origin();
    long remaining = versions.get(0).limits().get(0).capacity();
    long retryAfter = 0;
    int beside = 0;
    Policy policy = versions.get(0);
    for (int step = 0; step < steps; step++) {
      if (scenarios.random.nextInt(3) > 0) {
        policy = versions.get(scenarios.random.nextInt(versions.size()));
      }
      now = scenarios.next(now, policy, retryAfter);
      Request request = scenarios.request(policy, remaining, leases, reservations);
      if (oracle.beyondDomain(now) && (versions.size() > 1 || givesBack(request))) {
        continue;
      }
      requests.add(request);
      instants.add(now);
      Answer expected = oracle.decide(request, now);
      if (oracle.overflowed()) {
        break;
      }
      StoreDecision decision = state.decide(request, now);
      assertThat(Answer.of(decision))
          .as(() -> seed + ", " + story(requests, instants))
          .isEqualTo(expected);
      assertThat(decision.remaining()).isEqualTo(expected.least());
      Grant grant = StoreDecision.of(decision).grant().orElse(null);
      if (grant != null) {
        (request instanceof Request.Lease ? leases : reservations).add(grant);
      }
      beside += oracle.others() > 0 ? 1 : 0;
      remaining = decision.remaining();
      retryAfter = expected.retryAfter();
    }
    return beside;
  }

  private static String story(List<Request> requests, List<Long> instants) {
    StringBuilder story = new StringBuilder();
    for (int i = 0; i < requests.size(); i++) {
      story.append(instants.get(i)).append(": ").append(requests.get(i)).append('\n');
    }
    return story.toString();
  }

  private static boolean givesBack(Request request) {
    return request instanceof Request.Refund
        || request instanceof Request.ReturnLease
        || request instanceof Request.Hold
        || request instanceof Request.Charge
        || request instanceof Request.Release;
  }
}
