package io.github.ratelimiter.redis;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.Bucket;
import io.github.ratelimiter.algorithm.FixedWindow;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.SlidingCounter;
import io.github.ratelimiter.algorithm.SlidingLog;

/**
 * A policy as the script reads it, and the states of its limits as the script tells them. The
 * format is described in {@code plain.lua}.
 */
final class PolicyCodec {
  private static final int FORMAT = 16;
  private static final int BUCKET = 1;
  private static final int FIXED_WINDOW = 2;
  private static final int SLIDING_LOG = 3;
  private static final int SLIDING_COUNTER = 4;

  private PolicyCodec() {}

  static byte[] encode(Policy policy) {
    int limits = policy.limits().size();
    Packed out = new Packed(1 + 24 * limits);
    out.write(FORMAT + limits - 1, 1);
    for (int i = 0; i < limits; i++) {
      signature(out, policy.algorithm(i));
    }
    for (int i = 0; i < limits; i++) {
      out.write(policy.algorithm(i).capacity(), 5);
      if (policy.algorithm(i) instanceof Bucket bucket) {
        out.write(bucket.longestWait(), 7);
      }
    }
    return out.toBytes();
  }

  private static void signature(Packed out, Algorithm algorithm) {
    if (algorithm instanceof Bucket bucket) {
      out.write(code(BUCKET, bucket.spaced(), bucket.unit()), 1);
      out.write(bucket.l(), 5).write(bucket.p(), 6);
    } else if (algorithm instanceof FixedWindow window) {
      out.write(code(FIXED_WINDOW, window.fromFirstUse(), 1), 1).write(window.period(), 6);
    } else if (algorithm instanceof SlidingCounter counter) {
      out.write(code(SLIDING_COUNTER, counter.fromFirstUse(), counter.unit()), 1);
      out.write(counter.period(), 6);
    } else {
      out.write(code(SLIDING_LOG, false, 1), 1).write(((SlidingLog) algorithm).period(), 6);
    }
  }

  private static int code(int algorithm, boolean variant, long unit) {
    return 16 * algorithm + (variant ? 4 : 0) + (unit == 1 ? 0 : unit == 1_000 ? 1 : 2);
  }

  /** Whether the script's short path decides this policy. */
  static boolean plain(Policy policy) {
    return policy.limits().size() == 1
        && policy.algorithm(0) instanceof Bucket bucket
        && bucket.unit() == 1;
  }

  static boolean log(Algorithm algorithm) {
    return algorithm instanceof SlidingLog;
  }

  static boolean hasLog(Policy policy) {
    for (int i = 0; i < policy.limits().size(); i++) {
      if (log(policy.algorithm(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The states that the script told.
   *
   * @param permits of the request that a log's state was told for
   */
  static LimitState[] states(Policy policy, ReplyReader reply, long permits) {
    LimitState[] states = new LimitState[policy.limits().size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = state(policy.algorithm(i), reply, permits);
    }
    return states;
  }

  private static LimitState state(Algorithm algorithm, ReplyReader reply, long permits) {
    long first = reply.next();
    long second = reply.next();
    if (algorithm instanceof SlidingCounter) {
      return algorithm.newState(new long[] {first, second, reply.next()});
    }
    if (algorithm instanceof SlidingLog log) {
      return log.newState(logWords(log, first, second, reply.next(), permits));
    }
    return algorithm.newState(new long[] {first, second});
  }

  /** The shortest log on which a request for these permits is decided as on the real one. */
  private static long[] logWords(SlidingLog log, long used, long last, long needed, long permits) {
    if (used == 0) {
      return new long[] {0};
    }
    if (needed == last) {
      return new long[] {0, last, used};
    }
    return new long[] {0, needed, used - (log.capacity() - permits), last, used};
  }
}
