package io.github.ratelimiter.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Where numbers are too large for microseconds, a bucket counts in milliseconds or seconds. It is
 * then never more generous than the exact one, and by each grant at most a p-th of a permit meaner.
 */
class BucketRoundingTest {
  @Test
  void neverMoreGenerousAndAtMostOneUnitOfDebtAGrantBehind() {
    int coarse = 0;
    for (long seed = 0; seed < 4_000; seed++) {
      Random random = new Random(seed);
      long limit = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), 1_000_000_000_000L);
      long period = 1_000_000L * (1 + random.nextInt(366 * 86_400));
      long burst = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), 1_000_000_000_000L);
      BucketAlgorithm bucket;
      try {
        bucket = BucketAlgorithm.compile(limit, period, burst, false);
      } catch (IllegalArgumentException beyondTheDomain) {
        continue;
      }
      if (bucket.unit > 1) {
        coarse++;
        compare(bucket, limit, period, random, "seed " + seed);
      }
    }
    assertThat(coarse).isGreaterThan(300);
  }

  private static void compare(
      BucketAlgorithm bucket, long limit, long period, Random random, String story) {
    BucketState state = bucket.newState();
    BigInteger rate = BigInteger.valueOf(limit);
    BigInteger permit = BigInteger.valueOf(period);
    BigInteger unit = permit.divide(BigInteger.valueOf(bucket.p));
    BigInteger exact = BigInteger.ZERO;
    long now = random.nextInt(1_000_000);
    int behind = 0;
    for (int step = 0; step < 60; step++) {
      long pause = random.nextInt(4) == 0 ? 0 : random.nextLong() >>> (24 + random.nextInt(39));
      now += pause;
      exact = exact.subtract(rate.multiply(BigInteger.valueOf(pause))).max(BigInteger.ZERO);
      BigInteger read = BigInteger.valueOf(state.debt(now)).multiply(unit);
      assertThat(read).as(story).isGreaterThanOrEqualTo(exact);
      assertThat(read)
          .as(story)
          .isLessThan(exact.add(unit.multiply(BigInteger.valueOf(behind + 1))));
      long available = state.available(now);
      if (available > 0) {
        long permits = random.nextBoolean() ? available : 1 + random.nextInt(2) % available;
        state.take(now, permits, now);
        exact = exact.add(permit.multiply(BigInteger.valueOf(permits)));
        behind++;
        assertThat(state.debt(now))
            .as(story)
            .isEqualTo(read.divide(unit).longValueExact() + permits * bucket.p);
      }
    }
  }

  @Test
  void aPermitOfACoarseBucketIsNotAMicrosecondEarly() {
    // 997 in 366 days is counted in milliseconds: the first permit is back after 31717552657.97 us.
    BucketAlgorithm bucket = BucketAlgorithm.compile(997, 31_622_400_000_000L, 997, false);
    assertThat(bucket.unit).isEqualTo(1_000);
    BucketState state = bucket.newState();
    state.take(0, 997, 0);
    assertThat(state.retryAfter(0, 1)).isEqualTo(31_717_552_658L);
    assertThat(state.available(31_717_552_657L)).isZero();
    assertThat(state.available(31_717_552_658L)).isEqualTo(1);
  }

  @Test
  void whatIsStoredIsReadBackUnchanged() {
    for (long seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      BucketAlgorithm bucket =
          BucketAlgorithm.compile(997 + random.nextInt(9), 31_622_400_000_000L, 997, false);
      BucketState state = bucket.newState();
      for (int permits = 1; permits < 500; permits += 1 + random.nextInt(60)) {
        state = bucket.newState();
        state.take(seed, permits, seed);
        assertThat(state.debt(seed)).isEqualTo(permits * bucket.p);
      }
    }
  }
}
