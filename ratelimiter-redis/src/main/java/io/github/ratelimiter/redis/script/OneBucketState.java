package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.store.KeyState;
import org.jspecify.annotations.Nullable;

/**
 * The stored state of a key under a policy with one bucket. The format is described in {@code
 * state.lua}.
 *
 * @param tat the instant at which the bucket is full again
 * @param rem what it lacks even then
 * @param cutAt when a charge was last cut; 0 if none was
 * @param until when the last permit that was granted ahead counts as used
 * @param generation the generation of such grants; 0 if there are none
 */
record OneBucketState(long tat, long rem, long cutAt, long until, long generation) {
  private static final OneBucketState NEW = new OneBucketState(0, 0, 0, 0, 0);

  private static final int INSTANT = 7;
  private static final int GENERATION = 6;
  private static final int EXPONENT = 1;

  /**
   * Reads a state that the script's short path has read.
   *
   * @param stored null for a new key
   * @param signatureLength the number of bytes before the words
   */
  static OneBucketState of(byte @Nullable [] stored, int signatureLength, Policy policy) {
    if (stored == null) {
      return NEW;
    }
    long l = ((BucketAlgorithm) policy.counters().get(0)).l();
    int remWidth = l == 1 ? 0 : l <= 1 << 8 ? 1 : 2;
    int at = signatureLength;
    long tat = Packed.read(stored, at, INSTANT);
    long rem = Packed.read(stored, at + INSTANT, remWidth);
    at += INSTANT + remWidth + EXPONENT;
    int tail = stored.length - at;
    long cutAt = 0;
    if (tail == INSTANT || tail == INSTANT + INSTANT + GENERATION) {
      cutAt = Packed.read(stored, at, INSTANT);
      at += INSTANT;
    }
    return at == stored.length
        ? new OneBucketState(tat, rem, cutAt, 0, 0)
        : new OneBucketState(
            tat,
            rem,
            cutAt,
            Packed.read(stored, at, INSTANT),
            Packed.read(stored, at + INSTANT, GENERATION));
  }

  KeyState toKeyState(Policy policy) {
    LimitState counter = policy.counters().get(0).newState(new long[] {tat, rem});
    counter.cutAt(cutAt);
    return new KeyState(policy, new LimitState[] {counter}, until, generation, 0);
  }
}
