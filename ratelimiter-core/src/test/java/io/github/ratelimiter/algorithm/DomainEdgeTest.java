package io.github.ratelimiter.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.math.BigInteger;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of the domain: what fits counts without overflow, what does not is refused. */
class DomainEdgeTest {
  private static final long MS = 1_000;
  private static final long YEAR = Domain.MAX_PERIOD;
  private static final long MOST = Domain.MAX_PERMITS;

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1_000_000_000_001L, Long.MAX_VALUE})
  void aLimitOutOfRangeIsNamedWithWhatFits(long limit) {
    String message = "limit is " + limit + "; it must be from 0 to 1000000000000";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.tokenBucket(limit, MS, 1))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.leakyBucket(limit, MS, 1))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.fixedWindow(limit, MS, true))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.slidingLog(limit, MS))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.slidingCounter(limit, MS, true))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1_000, 999, 1_001, 31_622_400_001_000L, Long.MAX_VALUE})
  void aPeriodOutOfRangeIsNamedWithWhatFits(long period) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.slidingLog(1, period))
        .withMessage(
            "period is "
                + period
                + " microseconds; it must be whole milliseconds from 1 ms to 366 days");
  }

  @ParameterizedTest
  @CsvSource({"10, 0", "10, -5", "1, 1000000000001", "1, 9223372036854775807"})
  void aBurstOutOfRangeIsNamedWithWhatFits(long limit, long burst) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.tokenBucket(limit, MS, burst))
        .withMessage("burst is " + burst + "; it must be from 1 to 1000000000000");
  }

  @Test
  void aLimitOfNoneTakesNoBurst() {
    assertThatCode(() -> Algorithm.tokenBucket(0, MS, 0)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.tokenBucket(0, MS, 1))
        .withMessage("burst is 1; a limit of 0 refuses everything and takes no burst");
  }

  @Test
  void whatAMessageSaysWouldFitDoesFitAndOneMoreDoesNot() {
    Pattern most = Pattern.compile("at most (\\d+)$");
    int refused = 0;
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      long limit = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), MOST);
      long period = MS * (1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), YEAR / MS));
      long burst = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), MOST);
      Throwable bucket = catchThrowable(() -> Algorithm.tokenBucket(limit, period, burst));
      Throwable counter = catchThrowable(() -> Algorithm.slidingCounter(limit, period, false));
      if (bucket != null) {
        refused++;
        Matcher fits = most.matcher(bucket.getMessage());
        assertThat(fits.find()).as(bucket.getMessage()).isTrue();
        long largest = Long.parseLong(fits.group(1));
        assertThat(largest).as("seed %s", seed).isEqualTo(largestBurst(limit, period));
        Algorithm.tokenBucket(limit, period, largest);
        assertThat(catchThrowable(() -> Algorithm.tokenBucket(limit, period, largest + 1)))
            .as("seed %s: %s", seed, bucket.getMessage())
            .isInstanceOf(IllegalArgumentException.class);
      }
      if (counter != null) {
        refused++;
        Matcher fits = most.matcher(counter.getMessage());
        assertThat(fits.find()).as(counter.getMessage()).isTrue();
        long largest = Long.parseLong(fits.group(1));
        Algorithm.slidingCounter(largest, period, false);
        assertThat(catchThrowable(() -> Algorithm.slidingCounter(largest + 1, period, false)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  /** The largest burst by definition: its debt, and the time to repay it, in some unit. */
  private static long largestBurst(long limit, long period) {
    BigInteger largest = BigInteger.ZERO;
    for (long unit : new long[] {1, 1_000, 1_000_000}) {
      if (period % unit == 0) {
        BigInteger units = BigInteger.valueOf(period / unit);
        BigInteger gcd = BigInteger.valueOf(limit).gcd(units);
        BigInteger l = BigInteger.valueOf(limit).divide(gcd);
        BigInteger p = units.divide(gcd);
        BigInteger debt = BigInteger.valueOf(Domain.MAX).subtract(l.shiftLeft(1));
        BigInteger time = BigInteger.valueOf((1L << 50) / unit).multiply(l);
        BigInteger quarter = BigInteger.valueOf(Domain.MAX / 4 / unit);
        if (l.compareTo(quarter) <= 0) {
          largest = largest.max(debt.min(time).divide(p));
        }
      }
    }
    return largest.longValueExact();
  }

  @Test
  void aRateThatOneSecondCannotCountFallsBackToAFinerUnit() {
    long period = 16_777_213L * 1_000_000;
    long most = Domain.MAX / 4 / 1_000_000;
    long burst = (Domain.MAX - 2 * most) / 16_777_213;
    assertThat(Algorithm.tokenBucket(most, period, burst).unit).isEqualTo(1_000_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Algorithm.tokenBucket(most + 1, period, burst - 1))
        .withMessageEndingWith("at most " + largestBurst(most + 1, period));
  }

  @Test
  void everyBucketThatIsBuiltStaysInTheDomain() {
    int built = 0;
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      long limit = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), MOST);
      long period = MS * (1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), YEAR / MS));
      long burst = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), MOST);
      BucketAlgorithm bucket;
      try {
        bucket = Algorithm.tokenBucket(limit, period, burst);
      } catch (IllegalArgumentException beyondTheDomain) {
        continue;
      }
      built++;
      assertInDomain(bucket, burst, "seed " + seed);
    }
    assertThat(built).isGreaterThan(2_500);
  }

  /** {@code burst*p + maxWait*l + 2l} and {@code now + burst*p/l + maxWait}, below 2^53. */
  private static void assertInDomain(BucketAlgorithm bucket, long burst, String story) {
    BigInteger domain = BigInteger.valueOf(Domain.MAX);
    BigInteger l = BigInteger.valueOf(bucket.l);
    BigInteger full = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(bucket.p));
    BigInteger units = BigInteger.valueOf(bucket.longestWait() / bucket.unit);
    BigInteger debt = full.add(units.multiply(l)).add(l.shiftLeft(1));
    assertThat(debt).as(story).isLessThanOrEqualTo(domain);
    BigInteger drain = full.multiply(BigInteger.valueOf(bucket.unit)).divide(l);
    BigInteger latest = BigInteger.valueOf(Domain.LATEST_INSTANT + bucket.longestWait()).add(drain);
    assertThat(latest).as(story).isLessThanOrEqualTo(BigInteger.ONE.shiftLeft(53));
    assertThat(l.multiply(BigInteger.valueOf(bucket.unit)))
        .as(story)
        .isLessThan(domain.shiftRight(2));
    assertThat(bucket.full).as(story).isEqualTo(full.longValueExact());
    BigInteger reserved = domain.subtract(l.shiftLeft(1)).subtract(full).divide(l);
    assertThat(bucket.longestWait())
        .as(story)
        .isEqualTo(
            reserved.min(BigInteger.valueOf((1L << 50) / bucket.unit)).longValueExact()
                * bucket.unit);
    assertThat(bucket.l()).isEqualTo(bucket.l);
    assertThat(bucket.p()).isEqualTo(bucket.p);
    assertThat(bucket.unit()).isEqualTo(bucket.unit);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 31622400000000, 1",
    "1, 31622400000000, 35",
    "1000000000000, 1000, 1000000000000",
    "1000000000000, 31622400000000, 1000000000000",
    "999999999989, 31622400000000, 284772",
    "1, 1000, 1",
    "1, 1000, 1000000000000",
    "1000000000000, 1000, 1",
    "999999999989, 1000, 1"
  })
  void theCornersCountAtTheFirstAndAtTheLastInstant(long limit, long period, long burst) {
    for (long now : new long[] {0, 1, Domain.LATEST_INSTANT}) {
      BucketState state = Algorithm.tokenBucket(limit, period, burst).newState();
      assertThat(state.available(now)).isEqualTo(burst);
      state.take(now, burst, now);
      assertThat(state.available(now)).isZero();
      BigInteger micros = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(period));
      BigInteger[] full = micros.divideAndRemainder(BigInteger.valueOf(limit));
      long whole = full[0].longValueExact() + full[1].signum();
      assertThat(state.resetAfter(now)).isEqualTo(whole);
      assertThat(state.retryAfter(now, burst)).isEqualTo(whole);
      assertThat(state.used(now)).isEqualTo(burst);
      // As seen by the earliest clock, nothing is free, and nothing overflows.
      if (now == Domain.LATEST_INSTANT) {
        assertThat(state.available(0)).isZero();
        assertThat(state.retryAfter(0, 1)).isBetween(1L, Domain.MAX);
        assertThat(state.debt(0)).isBetween(1L, Domain.MAX);
      }
      state.giveBack(now, Long.MAX_VALUE);
      assertThat(state.available(now)).isEqualTo(burst);
    }
  }

  @Test
  void refundsAtTheDomainsEdgeAreIgnoredRatherThanWrong() {
    BucketAlgorithm bucket = Algorithm.tokenBucket(MOST, MS, MOST);
    BucketState state = bucket.newState();
    state.take(Domain.LATEST_INSTANT, 5, Domain.LATEST_INSTANT);
    long[] before = state.words();
    assertThat(state.debt(0)).isEqualTo(Domain.MAX);
    state.giveBack(0, 5);
    assertThat(state.words()).isEqualTo(before);
  }

  @Test
  void aChargeBeyondTheCapacityStopsThere() {
    long latest = Domain.LATEST_INSTANT;
    BucketState state = Algorithm.tokenBucket(1, YEAR, 1).newState();
    assertThat(state.charge(latest, MOST, latest, latest, latest, 0)).isEqualTo(MOST - 1);
    assertThat(state.words()).containsExactly(latest + YEAR, 0);
    assertThat(
            state.charge(
                latest, 1, latest + Domain.LONGEST_WAIT, latest, latest + Domain.LONGEST_WAIT, 0))
        .isZero();
    assertThat(state.words()).containsExactly(latest + Domain.LONGEST_WAIT + YEAR, 0);
    SlidingWindowState counter =
        (SlidingWindowState) Algorithm.slidingCounter(5, YEAR, false).newState();
    assertThat(counter.charge(0, 3, 0, 0, 0, 0)).isZero();
    assertThat(counter.charge(0, MOST, 0, 0, 0, 0)).isEqualTo(MOST - 2);
    assertThat(counter.words()).containsExactly(0, 0, 5);
    FixedWindowState window = (FixedWindowState) Algorithm.fixedWindow(5, YEAR, false).newState();
    assertThat(window.charge(0, 5, 0, 0, 0, 0)).isZero();
    assertThat(window.charge(0, MOST, 0, 0, 0, 0)).isEqualTo(MOST);
    assertThat(window.words()).containsExactly(0, 5);
    SlidingLogState log = (SlidingLogState) Algorithm.slidingLog(5, YEAR).newState();
    assertThat(log.charge(0, MOST, 0, 0, 0, 0)).isEqualTo(MOST - 5);
    assertThat(log.used(0)).isEqualTo(5);
  }

  @Test
  void aChargeForALaterInstantThanTheDomainHasIsAllThatItCanHold() {
    BucketState fast = Algorithm.tokenBucket(MOST, MS, 1).newState();
    long latest = Domain.LATEST_INSTANT;
    fast.charge(latest, 1, latest + Domain.LONGEST_WAIT, latest, latest + Domain.LONGEST_WAIT, 0);
    assertThat(fast.words()[0]).isBetween(latest, Domain.MAX);
    assertThat(fast.available(latest)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "-9223372036854775808, 0", "0, 0", "5, 5"})
  void anyClockIsMovedIntoTheDomain(long micros, long instant) {
    assertThat(Domain.instant(micros)).isEqualTo(instant);
    assertThat(Domain.instant(Long.MAX_VALUE)).isEqualTo(Domain.LATEST_INSTANT);
    assertThat(Domain.instant(Domain.LATEST_INSTANT)).isEqualTo(Domain.LATEST_INSTANT);
  }

  @Test
  void theFinestUnitThatFitsIsTaken() {
    assertThat(Algorithm.tokenBucket(997, YEAR, 284).unit).isEqualTo(1);
    assertThat(Algorithm.tokenBucket(997, YEAR, 285).unit).isEqualTo(1_000);
    assertThat(Algorithm.tokenBucket(100, YEAR, 100).unit).isEqualTo(1);
    assertThat(Algorithm.tokenBucket(1_000_003, YEAR, 1_000_003).unit).isEqualTo(1_000_000);
  }

  @Test
  void windowsTellWhatTheyWereMadeOf() {
    FixedWindowAlgorithm window = Algorithm.fixedWindow(5, 2 * MS, true);
    assertThat(window.period()).isEqualTo(2 * MS);
    assertThat(window.fromFirstUse()).isTrue();
    assertThat(Algorithm.fixedWindow(5, 2 * MS, false).fromFirstUse()).isFalse();
    SlidingWindowAlgorithm counter = Algorithm.slidingCounter(5, YEAR, true);
    assertThat(counter.period()).isEqualTo(YEAR);
    assertThat(counter.fromFirstUse()).isTrue();
    assertThat(counter.unit()).isEqualTo(1);
    assertThat(Algorithm.slidingCounter(500, YEAR, false).unit()).isEqualTo(1_000);
    assertThat(Algorithm.slidingCounter(5, YEAR, false).fromFirstUse()).isFalse();
    assertThat(Algorithm.slidingLog(5, 3 * MS).period()).isEqualTo(3 * MS);
  }

  @Test
  void algorithmsAreEqualWhenTheyCountAlike() {
    assertThat(Algorithm.tokenBucket(100, 60_000_000, 5))
        .isEqualTo(Algorithm.tokenBucket(50, 30_000_000, 5))
        .hasSameHashCodeAs(Algorithm.tokenBucket(50, 30_000_000, 5))
        .isNotEqualTo(Algorithm.tokenBucket(50, 30_000_000, 6))
        .isNotEqualTo(Algorithm.tokenBucket(51, 30_000_000, 5))
        .isNotEqualTo(Algorithm.tokenBucket(100, 61_000_000, 5))
        .isNotEqualTo(Algorithm.leakyBucket(100, 60_000_000, 5));
    assertThat(Algorithm.fixedWindow(1, MS, true))
        .isEqualTo(Algorithm.fixedWindow(1, MS, true))
        .hasSameHashCodeAs(Algorithm.fixedWindow(1, MS, true))
        .isNotEqualTo(Algorithm.fixedWindow(1, MS, false))
        .isNotEqualTo(Algorithm.fixedWindow(2, MS, true))
        .isNotEqualTo(Algorithm.fixedWindow(1, 2 * MS, true))
        .isNotEqualTo(Algorithm.slidingCounter(1, MS, true));
    assertThat(Algorithm.slidingCounter(1, MS, true))
        .isEqualTo(Algorithm.slidingCounter(1, MS, true))
        .hasSameHashCodeAs(Algorithm.slidingCounter(1, MS, true))
        .isNotEqualTo(Algorithm.slidingCounter(1, MS, false))
        .isNotEqualTo(Algorithm.slidingCounter(2, MS, true))
        .isNotEqualTo(Algorithm.slidingCounter(1, 2 * MS, true));
    assertThat(Algorithm.slidingLog(1, MS))
        .isEqualTo(Algorithm.slidingLog(1, MS))
        .hasSameHashCodeAs(Algorithm.slidingLog(1, MS))
        .isNotEqualTo(Algorithm.slidingLog(2, MS))
        .isNotEqualTo(Algorithm.slidingLog(1, 2 * MS));
  }
}
