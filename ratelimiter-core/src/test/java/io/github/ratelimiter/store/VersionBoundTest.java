package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.CalendarWindowAlgorithm;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.SlidingLogAlgorithm;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What versions that alternate promise together, checked on every interval that begins and ends
 * with a use. A lease counts in every interval in which its permits can be spent.
 */
class VersionBoundTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100) * 20;
  private static final int STEPS = 40;
  private static final String KEY = "key";

  /** Permits that a version granted, and when they can be used. */
  private static final class Use {
    final int version;
    final Grant grant;
    final long first;
    final long last;
    long permits;

    Use(int version, Grant grant, long first, long last, long permits) {
      this.version = version;
      this.grant = grant;
      this.first = first;
      this.last = last;
      this.permits = permits;
    }

    long grantedAt() {
      return grant == null ? first : grant.atMicros();
    }

    boolean fixed() {
      return first == last;
    }

    /** The last use of a lease is before the instant at which its permits count. */
    boolean isLease() {
      return grant != null && grant.usedAtMicros() != last;
    }

    boolean within(long start, long end) {
      return first <= end && last >= start;
    }

    @Override
    public String toString() {
      return permits + " of version " + version + " in " + first + ".." + last;
    }
  }

  /** A counter that began beside others, and the one that it began from. */
  private record Creation(long at, Algorithm counter, Algorithm source) {
    long more() {
      return Math.max(counter.capacity() - source.capacity(), 0);
    }
  }

  /** A counter that a state had not, whether beside others or in one where all were full. */
  private record Begun(long at, Algorithm counter) {}

  private static final class Run {
    final long seed;
    final Random random;
    final List<Policy> versions = new ArrayList<>();
    final List<Use> uses = new ArrayList<>();
    final List<Creation> creations = new ArrayList<>();
    final List<Begun> begun = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final KeyState state;
    long now = 1_000_000_000;

    Run(long seed, boolean buckets) {
      this.seed = seed;
      random = new Random(seed);
      int count = 2 + random.nextInt(3);
      int most = random.nextInt(3) == 0 ? 2 : 1;
      while (versions.size() < count) {
        List<Limit> limits = new ArrayList<>();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
          limits.add(buckets ? bucket() : window());
        }
        versions.add(Policy.of("p", limits));
      }
      state = new KeyState(versions.get(0));
    }

    private Limit bucket() {
      Duration period = Duration.ofSeconds(1 + random.nextInt(3));
      return new TokenBucket(1 + random.nextInt(9), period, 1 + random.nextInt(12));
    }

    private Limit window() {
      Duration period = Duration.ofSeconds(1 + random.nextInt(3));
      long limit = 1 + random.nextInt(9);
      WindowStart start = random.nextBoolean() ? WindowStart.EPOCH : WindowStart.FIRST_USE;
      return switch (random.nextInt(5)) {
        case 0 -> new TokenBucket(limit, period, 1 + random.nextInt(9));
        case 2 -> CalendarWindow.perDay(limit, midnightSoon());
        case 1 -> new SlidingLog(limit, period);
        default -> new FixedWindow(limit, period, start);
      };
    }

    /** A zone in which the day ends within the run, some seconds after its beginning. */
    private ZoneId midnightSoon() {
      return ZoneOffset.ofTotalSeconds(-1_000 - 2 * (1 + random.nextInt(4)));
    }

    String story(String what, Object... args) {
      return "seed %s, %s, %s%n%s%n%s%n%s%n%s"
          .formatted(
              seed, versions, what.formatted(args), uses, creations, begun, String.join("\n", log));
    }

    void go() {
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(3) > 0) {
          double any = random.nextDouble();
          now += (long) (any * any * any * 1_500_000);
        }
        int version = random.nextInt(versions.size());
        Policy policy = versions.get(version);
        switch (random.nextInt(8)) {
          case 0, 1 -> acquire(version, policy);
          case 2, 3 -> lease(version, policy);
          case 4 -> reserve(version, policy);
          case 5 -> hold(version, policy);
          default -> giveBack(policy);
        }
      }
      uses.removeIf(use -> use.permits == 0);
    }

    private StoreDecision decide(Request request) {
      List<LimitState> before = copies();
      StoreDecision decision = state.decide(request, now);
      log.add(
          now
              + ": "
              + request
              + " -> "
              + decision.outcome()
              + " "
              + StoreDecision.of(decision).grant());
      boolean beside = before.stream().anyMatch(counter -> counter.resetAfter(now) > 0);
      for (LimitState counter : state.counters()) {
        Algorithm algorithm = counter.algorithm();
        if (before.stream().noneMatch(other -> other.algorithm().equals(algorithm))) {
          begun.add(new Begun(now, algorithm));
          if (beside) {
            creations.add(new Creation(now, algorithm, source(algorithm, before)));
          }
        }
      }
      return decision;
    }

    private List<LimitState> copies() {
      return state.counters().stream()
          .map(counter -> counter.algorithm().newState(counter.words()))
          .toList();
    }

    /** The counter from which a new one begins; of equal ones the largest. */
    private Algorithm source(Algorithm wanted, List<LimitState> before) {
      List<LimitState> same =
          before.stream()
              .filter(c -> wanted instanceof BucketAlgorithm && sameKind(wanted, c))
              .toList();
      List<LimitState> candidates = same.isEmpty() ? before : same;
      Algorithm best = null;
      BigInteger[] most = {BigInteger.ZERO, BigInteger.ONE};
      for (LimitState candidate : candidates) {
        BigInteger[] used = {BigInteger.valueOf(candidate.used(now)), BigInteger.ONE};
        if (!same.isEmpty()) {
          BucketState bucket = (BucketState) candidate;
          used[0] = BigInteger.valueOf(bucket.debt(now));
          used[1] = BigInteger.valueOf(bucket.algorithm().p());
        }
        int compared = used[0].multiply(most[1]).compareTo(most[0].multiply(used[1]));
        if (best == null
            || compared > 0
            || (compared == 0 && candidate.algorithm().capacity() > best.capacity())) {
          best = candidate.algorithm();
          most = used;
        }
      }
      return best;
    }

    private boolean sameKind(Algorithm wanted, LimitState other) {
      return other.algorithm() instanceof BucketAlgorithm
          && other.algorithm().period() == wanted.period();
    }

    private long permits(Policy policy) {
      return 1 + random.nextInt((int) policy.capacity() + (random.nextInt(9) == 0 ? 1 : 0));
    }

    private void acquire(int version, Policy policy) {
      long permits = random.nextBoolean() ? 1 : permits(policy);
      if (decide(new Request.Acquire(KEY, policy, permits)).allowed()) {
        uses.add(new Use(version, null, now, now, permits));
      }
    }

    private void hold(int version, Policy policy) {
      decide(new Request.Hold(KEY, policy, permits(policy)))
          .grant()
          .ifPresent(grant -> uses.add(new Use(version, grant, now, now, grant.permits())));
    }

    private void lease(int version, Policy policy) {
      double any = random.nextDouble();
      long micros = 1 + (long) (any * any * 2_000_000);
      Request lease = new Request.Lease(KEY, policy, 1, permits(policy), micros);
      decide(lease)
          .grant()
          .ifPresent(
              grant ->
                  uses.add(
                      new Use(version, grant, now, grant.usedAtMicros() - 1, grant.permits())));
    }

    private void reserve(int version, Policy policy) {
      if (policy.reservable()) {
        Request reserve =
            new Request.Reserve(KEY, policy, permits(policy), random.nextInt(3_000_000));
        decide(reserve)
            .grant()
            .ifPresent(
                grant -> {
                  long turn = grant.usedAtMicros();
                  uses.add(new Use(version, grant, turn, turn, grant.permits()));
                });
      }
    }

    /**
     * Returns permits of a lease that has not ended, or of a hold or a reservation that turned out
     * to be unused, under any version.
     */
    private void giveBack(Policy policy) {
      List<Use> open =
          uses.stream()
              .filter(use -> use.grant != null && use.permits > 0)
              .filter(use -> use.last >= now || !use.isLease())
              .toList();
      if (open.isEmpty()) {
        return;
      }
      Use use = open.get(random.nextInt(open.size()));
      long permits = random.nextBoolean() ? use.permits : 1 + random.nextInt((int) use.permits);
      decide(
          use.isLease()
              ? new Request.ReturnLease(KEY, policy, permits, use.grant)
              : new Request.Release(KEY, policy, permits, use.grant));
      use.permits -= permits;
    }
  }

  @Test
  void bucketsThatAlternateGrantNoMoreThanTheLargestBurstAndTheLargestRate() {
    int withCreation = 0;
    int without = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Run run = new Run(seed, true);
      run.go();
      for (Use first : run.uses) {
        for (Use last : run.uses) {
          if (first.last <= last.first) {
            if (checkBuckets(run, first.last, last.first)) {
              withCreation++;
            } else {
              without++;
            }
          }
        }
      }
    }
    assertThat(withCreation).isPositive();
    assertThat(without).isGreaterThan(RUNS);
  }

  /**
   * A window or a period that ends with a grant under a version holds at most that version's limit,
   * but where its counter began since the first grant of what can be used in it.
   */
  @Test
  void windowsThatEndWithAGrantHoldNoMoreThanTheVersionsLimit() {
    int checked = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Run run = new Run(seed, false);
      run.go();
      for (Use use : run.uses) {
        for (Algorithm limit : run.versions.get(use.version).counters()) {
          long start = windowStart(limit, use.last);
          checked += start < use.last && checkWindow(run, limit, start, use) ? 1 : 0;
        }
      }
    }
    assertThat(checked).isGreaterThan(RUNS);
  }

  /** Whether the window says anything: the counter was there before all that it should count. */
  private static boolean checkWindow(Run run, Algorithm limit, long start, Use last) {
    long sum = 0;
    long since = start;
    for (Use use : run.uses.subList(0, run.uses.indexOf(last) + 1)) {
      if (use.within(start, last.last)) {
        sum += use.permits;
        since = Math.min(since, use.grantedAt());
      }
    }
    for (Begun begun : run.begun) {
      if (begun.counter.equals(limit) && begun.at >= since && begun.at <= last.last) {
        return false;
      }
    }
    assertThat(sum)
        .as(() -> run.story("%s in %s from %s to %s", limit.limit(), limit.period(), start, last))
        .isLessThanOrEqualTo(limit.limit());
    return true;
  }

  /** The first instant that counts together with another; itself where that is not known. */
  private static long windowStart(Algorithm limit, long last) {
    if (limit instanceof SlidingLogAlgorithm) {
      return Math.max(last - limit.period() + 1, 0);
    }
    if (limit instanceof CalendarWindowAlgorithm window) {
      return window.borders(last).first();
    }
    return limit instanceof io.github.ratelimiter.algorithm.FixedWindowAlgorithm window
            && !window.fromFirstUse()
        ? last - last % window.period()
        : last;
  }

  /** Whether a counter was created since the first grant of what can be used in the interval. */
  private static boolean checkBuckets(Run run, long start, long end) {
    int versions = run.versions.size();
    long[] fixed = new long[versions];
    long[] leased = new long[versions];
    long[] since = new long[versions];
    Arrays.fill(since, start);
    for (Use use : run.uses) {
      if (use.within(start, end)) {
        (use.fixed() ? fixed : leased)[use.version] += use.permits;
        since[use.version] = Math.min(since[use.version], use.grantedAt());
      }
    }
    boolean creation = false;
    for (int granting = 1; granting < 1 << versions; granting++) {
      long sum = 0;
      long first = start;
      boolean complete = true;
      for (int version = 0; version < versions; version++) {
        boolean grants = (granting >> version & 1) == 1;
        complete &= grants ? fixed[version] + leased[version] > 0 : fixed[version] == 0;
        sum += grants ? fixed[version] + leased[version] : 0;
        first = grants ? Math.min(first, since[version]) : first;
      }
      if (complete) {
        List<Algorithm> sources = new ArrayList<>();
        for (Creation one : run.creations) {
          if (one.at >= first && one.at <= end) {
            sum -= one.more();
            sources.add(one.source);
          }
        }
        creation |= !sources.isEmpty();
        check(run, start, end, granting, sum, sources);
      }
    }
    return creation;
  }

  /** Whichever limit of each version is taken; a counter may begin from one of another rate. */
  private static void check(
      Run run, long start, long end, int granting, long sum, List<Algorithm> sources) {
    for (int choice = 0; choice < 1 << run.versions.size(); choice++) {
      List<Algorithm> chosen = new ArrayList<>();
      for (int version = 0; version < run.versions.size(); version++) {
        if ((granting >> version & 1) == 1) {
          Policy policy = run.versions.get(version);
          chosen.add(policy.algorithm(Math.min(choice >> version & 1, policy.limits().size() - 1)));
        }
      }
      long burst = chosen.stream().mapToLong(Algorithm::capacity).max().orElseThrow();
      boolean within =
          Stream.concat(chosen.stream(), sources.stream())
              .anyMatch(rate -> (sum - burst) * rate.period() <= rate.limit() * (end - start));
      assertThat(within)
          .as(
              () ->
                  run.story(
                      "%s but for creations in %s..%s of %s",
                      sum,
                      start,
                      end,
                      chosen.stream().map(rate -> rate.limit() + "/" + rate.period()).toList()))
          .isTrue();
    }
  }
}
