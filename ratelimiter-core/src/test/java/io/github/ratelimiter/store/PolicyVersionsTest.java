package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Versions of a policy beside each other: a deployment that takes a while, one that is rolled back,
 * one that never ends. No version sees more permits left than its limits allow for what all
 * versions granted, and no version is held up longer than its own limits take to refill.
 */
class PolicyVersionsTest {
  private static final String KEY = "key";
  private static final long MILLI = 1_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  /** The start of an hour, and so of a minute. */
  private static final long NOW = 1_700_000_000 * SECOND / HOUR * HOUR;

  private KeyState state = new KeyState(Policy.parse("test", "1/s"));

  /** When each permit counted as used. */
  private final List<Long> uses = new ArrayList<>();

  private StoreDecision acquire(String policy, long permits, long now) {
    StoreDecision decision =
        state.decide(new Request.Acquire(KEY, Policy.parse("test", policy), permits), now);
    if (decision.allowed()) {
      uses.addAll(Collections.nCopies((int) permits, now));
    }
    return decision;
  }

  private boolean acquires(String policy, long now) {
    return acquire(policy, 1, now).allowed();
  }

  private List<Long> remaining(String policy, long now) {
    return state
        .decide(new Request.Peek(KEY, Policy.parse("test", policy), 1), now)
        .limits()
        .stream()
        .map(LimitStatus::remaining)
        .toList();
  }

  /** Permits granted when a version is called this often, over and over. */
  private int calls(String policy, long from, long to, long every) {
    int granted = 0;
    for (long now = from; now < to; now += every) {
      granted += acquires(policy, now) ? 1 : 0;
    }
    return granted;
  }

  private long usedWithin(long from, long to) {
    return uses.stream().filter(use -> use >= from && use < to).count();
  }

  /** In any interval at most the burst and what the rate refills in it. */
  private void assertWithin(long burst, long limit, long period) {
    Collections.sort(uses);
    // The debt of a bucket to which all uses are charged.
    long debt = 0;
    long last = 0;
    for (long use : uses) {
      debt = Math.max(debt - (use - last) * limit, 0) + period;
      assertThat(debt).as("at %s", use - NOW).isLessThanOrEqualTo(burst * period);
      last = use;
    }
  }

  // --- one version after another ---------------------------------------------------------------

  @Test
  void aLimitThatStaysKeepsItsUsageWhenAnotherIsRemoved() {
    calls("10/s; 100/min", NOW, NOW + 30 * SECOND, 10 * MILLI);
    calls("100/min", NOW + 30 * SECOND, NOW + 4 * MINUTE, 10 * MILLI);
    assertWithin(100, 100, MINUTE);
    for (long use : List.copyOf(uses)) {
      assertThat(usedWithin(use, use + MINUTE)).isLessThanOrEqualTo(200);
    }
    // 100 and what four minutes refill: nothing is lost either.
    assertThat(uses).hasSize(100 + 399);
  }

  /** What used to be refused for hours, because each refusal began the new limit again. */
  @ParameterizedTest
  @CsvSource({
    "1000/day, 20, 1000/day; 10/s, 100000",
    "1000/day, 500, 1000/day; 10/s, 100000",
    "fixed-window 1000/day, 500, fixed-window 1000/day; 10/s, 100000",
    "1000/day, 500, 1000/day; fixed-window 100/min, 60000000",
    "10/h, 10, 10/s, 100000",
    "1/day, 1, 1/s, 1000000",
    "fixed-window 10/day, 10, fixed-window 10/s, 1000000",
    "sliding-window 10/day, 10, sliding-window 10/s, 1100000",
    "sliding-log 10/day, 10, sliding-log 10/s, 1000000",
    "10/s; 100/day, 10, 100/day; 10/s, 100000",
    "100/day, 100, 10/s; 100/day, 864000000",
    "leaky-bucket 5/h, 5, 5/s, 200000"
  })
  void whatARefusalPromisesIsKept(String before, long used, String after, long retryAfter) {
    assertThat(acquire(before, used, NOW).allowed()).isTrue();
    StoreDecision refused = acquire(after, 1, NOW);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.retryAfterMicros()).isEqualTo(retryAfter);
    assertThat(acquires(after, NOW + retryAfter / 2)).isFalse();
    assertThat(acquires(after, NOW + retryAfter - 1)).isFalse();
    assertThat(acquires(after, NOW + retryAfter)).isTrue();
  }

  @Test
  void aLimitOfTheSameKindAndPeriodIsStartedFromExactly() {
    acquire("100/min", 100, NOW);
    assertThat(remaining("101/min", NOW)).containsExactly(1L);
    assertThat(remaining("10000/min; 100/min", NOW)).containsExactly(9_900L, 0L);
    assertThat(remaining("200/min; 150/min", NOW)).containsExactly(100L, 50L);
    assertThat(remaining("200/min; 150/min", NOW + 600 * MILLI)).containsExactly(101L, 51L);
  }

  @Test
  void aLimitOfAnotherPeriodIsStartedWithThePermitsUsed() {
    acquire("10/s burst 10", 10, NOW);
    assertThat(remaining("10/s burst 100; 50/min", NOW)).containsExactly(90L, 40L);
    assertThat(acquire("10/s burst 100; 50/min", 41, NOW).allowed()).isFalse();
    assertThat(acquire("10/s burst 100; 50/min", 40, NOW).allowed()).isTrue();
    assertThat(acquire("10/s burst 10", 1, NOW).retryAfterMicros()).isEqualTo(100 * MILLI);
  }

  @Test
  void aLimitWrittenInAnotherWayIsTheSame() {
    String before = "100/min burst 10; 5/h";
    String after = "6000/h burst 10; 300/min";
    acquire(before, 5, NOW);
    assertThat(remaining(after, NOW)).containsExactly(5L, 295L);
    assertThat(acquire(after, 5, NOW).allowed()).isTrue();
    assertThat(acquire(after, 1, NOW).retryAfterMicros()).isEqualTo(600 * MILLI);
    assertThat(remaining(before, NOW)).containsExactly(0L, 0L);
    // 6000/h is 100/min, 300/min is new, and 5/h waits for the old version.
    assertThat(state.counters()).hasSize(3);
    assertThat(calls(after, NOW, NOW + HOUR, 100 * MILLI)).isEqualTo(5_999);
    long last = NOW + HOUR - 600 * MILLI;
    assertThat(uses).endsWith(last);
    assertThat(acquires(before, last + 12 * MINUTE - 1)).isFalse();
    assertThat(acquires(before, last + 12 * MINUTE)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "sliding-log 10/min, 10, sliding-log 10/2min, 0, 120",
    "sliding-log 10/min, 10, sliding-log 15/20s, 5, 20",
    "sliding-window 10/min, 10, sliding-window 15/2min, 5, 240",
    "sliding-window 10/min, 10, sliding-window 20/20s, 10, 40",
    "fixed-window 10/min, 10, fixed-window 15/h, 5, 3600"
  })
  void aWindowOfAnotherPeriodIsStartedWithThePermitsUsed(
      String before, long used, String after, long left, long secondsToFull) {
    acquire(before, used, NOW);
    StoreDecision decision = acquire(after, Math.max(left, 1), NOW);
    assertThat(decision.allowed()).isEqualTo(left > 0);
    assertThat(decision.remaining()).isZero();
    assertThat(decision.resetAfter().toSeconds()).isEqualTo(secondsToFull);
    assertThat(remaining(before, NOW)).containsExactly(0L);
    assertThat(remaining(after, NOW + secondsToFull * SECOND))
        .containsExactly(Policy.parse("test", after).capacity());
  }

  @Test
  void aRollbackAfterAMistakenDeploymentRecoversAtOnce() {
    acquire("100/min", 50, NOW);
    acquire("100000/s", 90_000, NOW + SECOND);
    StoreDecision refused = acquire("100/min", 1, NOW + SECOND);
    assertThat(refused.retryAfterMicros()).isEqualTo(600 * MILLI);
    assertThat(acquires("100/min", NOW + SECOND + 600 * MILLI)).isTrue();
    assertThat(remaining("100/min", NOW + SECOND + MINUTE + 600 * MILLI)).containsExactly(100L);
  }

  @Test
  void aRollbackFromALimitThatWasTooLowRecoversAtOnce() {
    acquire("100/min", 50, NOW);
    assertThat(acquires("1/day", NOW + SECOND)).isFalse();
    assertThat(remaining("100/min", NOW + SECOND)).containsExactly(51L);
    assertThat(acquire("100/min", 51, NOW + SECOND).allowed()).isTrue();
  }

  // --- versions beside each other --------------------------------------------------------------

  @Test
  void theStricterVersionIsNotStarvedByCallsThatItsLimitAllows() {
    int strict = 0;
    int wide = 0;
    for (long now = NOW; now < NOW + 4 * SECOND; now += MILLI) {
      strict += acquires("10/s burst 10; 3000/h", now) ? 1 : 0;
      wide += now % (200 * MILLI) == 0 && acquires("3000/h", now) ? 1 : 0;
    }
    assertThat(wide).isEqualTo(20);
    // Ten and what four seconds refill, less at most what the other version took: of that the
    // bucket counts no more than it can hold.
    assertThat(strict).isBetween(10 + 39 - 20, 10 + 39);
  }

  @Test
  void theStricterVersionRecoversAtItsOwnRateWhenTheOtherFallsSilent() {
    acquire("10/s burst 10; 3000/h", 1, NOW);
    assertThat(calls("3000/h", NOW, NOW + SECOND, MILLI)).isEqualTo(1_000);
    long silent = NOW + SECOND - MILLI;
    assertThat(acquire("10/s burst 10; 3000/h", 1, silent).retryAfterMicros())
        .isEqualTo(100 * MILLI);
    assertThat(remaining("10/s burst 10; 3000/h", silent + SECOND).get(0)).isEqualTo(10);
  }

  @Test
  void aBucketAndAWindowThatAlternate() {
    String bucket = "100/min";
    String window = "fixed-window 10/min";
    for (long minute = NOW; minute < NOW + 5 * MINUTE; minute += MINUTE) {
      int granted = 0;
      for (long now = minute; now < minute + MINUTE; now += 100 * MILLI) {
        acquires(bucket, now);
        boolean allowed = acquires(window, now + 50 * MILLI);
        granted += allowed ? 1 : 0;
        if (allowed) {
          assertThat(usedWithin(minute, minute + MINUTE)).isLessThanOrEqualTo(10);
        }
      }
      assertThat(granted).isBetween(4, 10);
      assertThat(usedWithin(minute, minute + MINUTE)).isBetween(100L, 100L + 100L + 10L);
    }
  }

  @Test
  void aWindowOfAnHourAndABucketOfASecondThatAlternate() {
    String window = "fixed-window 100/h";
    String bucket = "10/s";
    int late = 0;
    for (long now = NOW; now < NOW + 2 * HOUR; now += 200 * MILLI) {
      if (acquires(window, now)) {
        assertThat(usedWithin(now / HOUR * HOUR, now + 1)).isLessThanOrEqualTo(100);
        late += now >= NOW + HOUR ? 1 : 0;
      }
      if (now % SECOND == 0) {
        assertThat(acquires(bucket, now)).isTrue();
      }
    }
    assertThat(late).isGreaterThan(50);
    assertWithin(10, 10, SECOND);
  }

  @ParameterizedTest
  @CsvSource({
    "100/min, 10000/min; 100/min, 100, 100",
    "100/min, 200/min; 150/min, 150, 150",
    "10/min, 11/min, 11, 11",
    "10/s burst 10, 10/s burst 100; 50/min, 50, 600"
  })
  void bucketsThatAlternateCallByCallLoseNothing(
      String before, String after, long burst, long mostInAMinute) {
    boolean first = true;
    for (long now = NOW; now < NOW + 5 * MINUTE; now += 100 * MILLI) {
      acquires(first ? before : after, now);
      first = !first;
    }
    assertWithin(Math.max(burst, 10), mostInAMinute, MINUTE);
    // Whoever is strict alone would have granted as much, but for the time between two calls.
    long alone = Policy.parse("test", before).limits().get(0).permits();
    assertThat((long) uses.size()).isGreaterThanOrEqualTo(Math.min(alone, 100) * 5);
    assertThat(acquire(before, 1, NOW + 5 * MINUTE + 6 * SECOND).allowed()).isTrue();
  }

  @Test
  void reservationsOfTwoVersionsFallIntoOneOrder() {
    for (int i = 0; i < 60; i++) {
      Policy policy = Policy.parse("test", i % 2 == 0 ? "20/s" : "10/s");
      Request reserve = new Request.Reserve(KEY, policy, 1, 20 * SECOND);
      Grant grant = state.decide(reserve, NOW + i * MILLI).grant().orElseThrow();
      uses.add(grant.usedAtMicros());
    }
    assertWithin(20, 20, SECOND);
    long last = Collections.max(uses);
    // Nobody's permits at the last turn: a second later the slower version has what it refilled.
    assertThat(remaining("10/s", last)).containsExactly(0L);
    assertThat(remaining("10/s", last + SECOND)).containsExactly(10L);
  }

  // --- many counters ---------------------------------------------------------------------------

  private static String sixteen(int from) {
    return IntStream.range(from, from + 16)
        .mapToObj(limit -> limit + "/min burst " + (20 + limit % 7))
        .collect(Collectors.joining("; "));
  }

  @Test
  void aChargeCountsInFullWhereTurnsAreReserved() {
    acquire("10/s", 5, NOW);
    acquire("5/s burst 10", 5, NOW);
    long turn = NOW + 200 * MILLI;
    assertThat(reserve("10/s", 2)).isEqualTo(turn);
    state.decide(new Request.Refund(KEY, Policy.parse("test", "5/s burst 10"), 3), NOW);
    acquire("5/s burst 10", 2, NOW);
    assertThat(remaining("10/s", turn)).as("14 granted less 3, and 2 refilled").containsExactly(1L);
  }

  @Test
  void aBucketThatIsCreatedLacksWhatIsReserved() {
    acquire("10/s", 10, NOW);
    assertThat(reserve("10/s", 5)).isEqualTo(NOW + 500 * MILLI);
    StoreDecision first = acquire("5/s burst 12", 1, NOW);
    assertThat(first.limits().get(0).resetAfter().toMillis()).as("14.5 permits").isEqualTo(2_900);
    assertThat(remaining("5/s burst 12", NOW + 500 * MILLI)).containsExactly(0L);
    assertThat(remaining("5/s burst 12", NOW + 700 * MILLI)).containsExactly(1L);
  }

  private long reserve(String policy, long permits) {
    StoreDecision decision =
        state.decide(new Request.Reserve(KEY, Policy.parse("test", policy), permits, MINUTE), NOW);
    return StoreDecision.of(decision).grant().orElseThrow().usedAtMicros();
  }

  @Test
  void twoVersionsOfSixteenLimitsThatAlternate() {
    String one = sixteen(30);
    String other = sixteen(60);
    int granted = 0;
    for (int i = 0; i < 3_000; i++) {
      granted += acquires(i % 2 == 0 ? one : other, NOW + i * 20 * MILLI) ? 1 : 0;
      if (i > 0) {
        assertThat(state.counters()).hasSize(32);
      }
    }
    assertThat(granted).isGreaterThanOrEqualTo(20 + 29);
    assertWithin(26, 75, MINUTE);
    long strictest =
        state.counters().stream().mapToLong(c -> c.available(NOW + MINUTE)).min().orElseThrow();
    assertThat(strictest).isZero();
    assertThat(remaining(one, NOW + 3 * MINUTE))
        .isEqualTo(
            Policy.parse("test", one).limits().stream().map(limit -> limit.capacity()).toList());
  }

  @Test
  void fortyVersionsInARowNeverGetAFreshLimit() {
    for (int version = 0; version < 40; version++) {
      String policy = 10 + version + "/min";
      while (acquires(policy, NOW + version * MILLI)) {
        assertThat(uses.size()).isLessThanOrEqualTo(10 + version);
      }
      assertThat(state.counters()).hasSize(Math.min(version + 1, Counters.MOST_OTHERS + 1));
      assertThat(remaining(policy, NOW + version * MILLI)).containsExactly(0L);
    }
    assertThat(uses).hasSize(49);
    // All that were kept are full a minute later, and leave with the next grant.
    acquires("49/min", NOW + 2 * MINUTE);
    assertThat(state.counters()).hasSize(1);
  }

  @Test
  void ofTooManyCountersThoseLeaveThatAreFullSoonest() {
    acquire("1/366day", 1, NOW);
    for (int limit = 1; limit <= 30; limit++) {
      acquire(limit + "/s", 1, NOW);
    }
    assertThat(state.counters().stream().map(LimitState::algorithm).toList())
        .contains(Policy.parse("test", "1/366day").algorithm(0));
    assertThat(acquires("1/366day", NOW + HOUR)).isFalse();
  }

  // --- the promise of every refusal --------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMicrosecondBeforeRetryAfterIsRefusedAndExactlyAtItAllowed(boolean small) {
    int refusals = 0;
    for (long seed = 0; seed < 300; seed++) {
      Scenarios scenarios = new Scenarios(seed);
      List<Policy> versions =
          small ? scenarios.smallVersions(4, 3, seed % 2 == 0) : scenarios.versions(4, 3, false);
      state = new KeyState(versions.get(0));
      List<Grant> leases = new ArrayList<>();
      List<Grant> reservations = new ArrayList<>();
      long now = scenarios.origin() / 2;
      long remaining = 1;
      long retryAfter = 0;
      for (int step = 0; step < 40; step++) {
        Policy policy = versions.get(scenarios.random.nextInt(versions.size()));
        now = Math.max(now, scenarios.next(now, policy, retryAfter));
        Request request = scenarios.request(policy, remaining, leases, reservations);
        StoreDecision decision = state.decide(request, now);
        boolean promises = request instanceof Request.Acquire || request instanceof Request.Reserve;
        retryAfter = 0;
        if (promises && decision.outcome() == Outcome.REFUSED) {
          refusals++;
          retryAfter = decision.retryAfterMicros();
          String story = "seed " + seed + ", " + request + " at " + now + " of " + versions;
          long then = now + retryAfter;
          assertThat(copy().decide(request, then - 1).outcome())
              .as(story)
              .isEqualTo(Outcome.REFUSED);
          assertThat(copy().decide(request, then).outcome()).as(story).isEqualTo(Outcome.ALLOWED);
        }
        StoreDecision.of(decision)
            .grant()
            .ifPresent((request instanceof Request.Lease ? leases : reservations)::add);
        remaining = decision.remaining();
      }
    }
    assertThat(refusals).isGreaterThan(1_000);
  }

  private KeyState copy() {
    LimitState[] counters =
        state.counters().stream()
            .map(
                counter -> {
                  LimitState copy = counter.algorithm().newState(counter.words());
                  copy.cutAt(counter.cutAt());
                  return copy;
                })
            .toArray(LimitState[]::new);
    return new KeyState(
        state.policy(), counters, state.until(), state.generation(), state.drainedUntil());
  }
}
