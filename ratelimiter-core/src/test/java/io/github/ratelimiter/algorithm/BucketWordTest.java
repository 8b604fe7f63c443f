package io.github.ratelimiter.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bucket in one long, in lock-step with the same bucket in two numbers. */
class BucketWordTest {
  @Test
  void theWordDecidesAsTheState() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      BucketAlgorithm bucket = wordBucket(random);
      BucketState state = bucket.newState();
      long word = bucket.word(state);
      long now = random.nextBoolean() ? 0 : Domain.LATEST_INSTANT - (1L << 45);
      for (int step = 0; step < 50; step++) {
        String story = "seed " + seed + ", step " + step;
        now = Math.max(now + (random.nextLong() >> (20 + random.nextInt(40))), 0);
        now = Math.min(now, Domain.LATEST_INSTANT);
        long permits = 1 + Math.floorMod(random.nextLong(), bucket.capacity() + random.nextInt(2));
        assertThat(bucket.available(word, now)).as(story).isEqualTo(state.available(now));
        assertThat(bucket.resetAfter(word, now)).as(story).isEqualTo(state.resetAfter(now));
        if (permits <= bucket.capacity()) {
          assertThat(bucket.retryAfter(word, now, permits))
              .as(story)
              .isEqualTo(state.retryAfter(now, permits));
        }
        boolean allowed = state.available(now) >= permits;
        long after = bucket.take(word, now, permits);
        assertThat(after != word).as(story).isEqualTo(allowed);
        if (allowed) {
          state.take(now, permits, now);
        }
        assertThat(after).as(story).isNotNegative().isEqualTo(bucket.word(state));
        assertThat(bucket.newState(after).words()).as(story).isEqualTo(state.words());
        word = after;
      }
    }
  }

  private static BucketAlgorithm wordBucket(Random random) {
    while (true) {
      long limit = 1 + Math.floorMod(random.nextLong() >>> random.nextInt(60), 1_000_000);
      long period = (1 + random.nextInt(1 << random.nextInt(30))) * 1_000L;
      long burst = 1 + (random.nextLong() >>> (25 + random.nextInt(38)));
      try {
        BucketAlgorithm bucket =
            BucketAlgorithm.compile(limit, period, burst, random.nextBoolean());
        if (bucket.hasWord()) {
          return bucket;
        }
      } catch (IllegalArgumentException beyondTheDomain) {
        continue;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "100, 60000000, 100, true",
    "1023, 1000000000, 9, true",
    "1023, 1000, 9, true",
    "1027, 1000, 9, false",
    "1024, 1000000, 9, true",
    "1024000000, 1000000, 9, false",
    "1023000000, 1000000, 9, true",
    "997, 31622400000000, 997, false",
    "0, 1000, 0, true"
  })
  void ratesThatReduceToLessThan1024PermitsHaveAWord(
      long limit, long period, long burst, boolean word) {
    assertThat(BucketAlgorithm.compile(limit, period, burst, false).hasWord()).isEqualTo(word);
  }

  @Test
  void aFullBucketsWordIsTheLeastThereIs() {
    BucketAlgorithm bucket = BucketAlgorithm.compile(7, 3_000_000, 5, false);
    long now = Domain.LATEST_INSTANT;
    long full = bucket.fullWord(now);
    assertThat(bucket.available(full, now)).isEqualTo(5);
    assertThat(bucket.resetAfter(full, now)).isZero();
    assertThat(bucket.resetAfter(full + 1, now)).isEqualTo(1);
    assertThat(bucket.take(0, now, 2)).isEqualTo(bucket.take(full, now, 2));
  }

  @Test
  void aBucketOfNothingRefusesInItsWordToo() {
    BucketAlgorithm bucket = BucketAlgorithm.compile(0, 1_000, 0, false);
    assertThat(bucket.take(0, 10, 1)).isZero();
    assertThat(bucket.available(0, 10)).isZero();
  }

  @Test
  void aKeysStateComesBackFromItsWord() {
    Policy policy = Policy.parse("test", "7/3s burst 5");
    KeyState state = new KeyState(policy);
    long now = 1_700_000_000_000_000L;
    state.decide(new Request.Acquire("key", policy, 4), now);
    KeyState back = new KeyState(policy, state.word());
    assertThat(back.counters().get(0).words()).isEqualTo(state.counters().get(0).words());
    assertThat(back.word()).isEqualTo(state.word());
    Request peek = new Request.Peek("key", policy, 3);
    assertThat(back.decide(peek, now)).isEqualTo(state.decide(peek, now));
  }
}
