package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.Borders;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.Calendar;
import io.github.ratelimiter.algorithm.CalendarWindowAlgorithm;
import io.github.ratelimiter.algorithm.FixedWindowAlgorithm;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.SlidingLogAlgorithm;
import io.github.ratelimiter.algorithm.SlidingWindowAlgorithm;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes policies in the format of the script, and reads the states of their counters from its
 * replies. The format is described in {@code wire.lua}.
 */
public final class PolicyCodec {
  /** The first byte of a signature of one counter. Later formats have larger ones. */
  public static final int FORMAT = 32;

  /** The smallest first byte of a later format. */
  public static final int NEXT_FORMAT = 64;

  private static final int BUCKET = 1;
  private static final int FIXED_WINDOW = 2;
  private static final int SLIDING_LOG = 3;
  private static final int SLIDING_COUNTER = 4;
  private static final int CALENDAR_WINDOW = 5;

  /** The largest l that the script's short path can count. */
  private static final long MOST_PLAIN = 1 << 16;

  private PolicyCodec() {}

  /** The width of the length of a signature, which is written before the signature. */
  private static final int SIGNATURE_LENGTH = 2;

  /**
   * Writes a policy.
   *
   * @param clientMicros the time of this process's clock, in microseconds since the Unix epoch; it
   *     determines the borders of calendar windows
   */
  public static byte[] encode(Policy policy, long clientMicros) {
    byte[] signature = signature(policy);
    Packed out = new Packed(SIGNATURE_LENGTH + signature.length + 31 * policy.counters().size());
    out.write(signature.length, SIGNATURE_LENGTH).write(signature);
    for (Algorithm algorithm : policy.counters()) {
      Packed definition = new Packed(12);
      define(definition, algorithm);
      out.write(definition.length(), 1).write(code(algorithm), 1);
      out.write(algorithm.period(), 6).write(algorithm.capacity(), 5);
      if (algorithm instanceof BucketAlgorithm bucket) {
        out.write(bucket.l(), 5).write(bucket.p(), 6).write(bucket.longestWait(), 7);
      } else {
        out.write(0, 5).write(0, 6).write(0, 7);
      }
      if (algorithm instanceof CalendarWindowAlgorithm window) {
        Borders borders = window.borders(clientMicros);
        out.write(borders.first(), 7).write(borders.second(), 7).write(borders.third(), 7);
      }
    }
    return out.toBytes();
  }

  /** Returns the length of the signature in an encoded policy. */
  static int signatureLength(byte[] encoded) {
    return (int) Packed.read(encoded, 0, SIGNATURE_LENGTH);
  }

  /** Returns the first bytes of a state of this version of a policy. */
  public static byte[] signature(Policy policy) {
    List<Algorithm> counters = policy.counters();
    Packed out = new Packed(1 + 8 * counters.size());
    out.write(FORMAT + counters.size() - 1, 1);
    counters.forEach(algorithm -> define(out, algorithm));
    return out.toBytes();
  }

  private static void define(Packed out, Algorithm algorithm) {
    long millis = algorithm.period() / 1_000;
    long capacity = algorithm.capacity() == algorithm.limit() ? 0 : algorithm.capacity();
    int limitWidth = Math.max(width(algorithm.limit()), 1);
    int millisWidth = width(millis);
    int capacityWidth = width(capacity);
    out.write(code(algorithm), 1);
    out.write(30L * (limitWidth - 1) + 6L * (millisWidth - 1) + capacityWidth, 1);
    out.write(algorithm.limit(), limitWidth).write(millis, millisWidth);
    out.write(capacity, capacityWidth);
    if (algorithm instanceof CalendarWindowAlgorithm window) {
      Calendar calendar = window.calendar();
      byte[] zone = calendar.zone().getBytes(StandardCharsets.US_ASCII);
      out.write(8L * calendar.unit() + calendar.firstDay(), 1);
      out.write(zone.length, 1).write(zone);
    }
  }

  /** Returns how many bytes a number takes, 0 to 5. */
  private static int width(long number) {
    return (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8;
  }

  private static int code(Algorithm algorithm) {
    if (algorithm instanceof BucketAlgorithm bucket) {
      return code(BUCKET, bucket.spaced(), bucket.unit());
    } else if (algorithm instanceof FixedWindowAlgorithm window) {
      return code(FIXED_WINDOW, window.fromFirstUse(), 1);
    } else if (algorithm instanceof SlidingWindowAlgorithm counter) {
      return code(SLIDING_COUNTER, counter.fromFirstUse(), counter.unit());
    } else if (algorithm instanceof CalendarWindowAlgorithm) {
      return code(CALENDAR_WINDOW, false, 1);
    }
    return code(SLIDING_LOG, false, 1);
  }

  private static int code(int algorithm, boolean variant, long unit) {
    return 16 * algorithm + (variant ? 4 : 0) + (unit == 1 ? 0 : unit == 1_000 ? 1 : 2);
  }

  /** Returns whether the script's short path decides this policy. */
  public static boolean plain(Policy policy) {
    return policy.counters().size() == 1
        && policy.algorithm(0) instanceof BucketAlgorithm bucket
        && bucket.unit() == 1
        && bucket.l() <= MOST_PLAIN;
  }

  public static boolean log(Algorithm algorithm) {
    return algorithm instanceof SlidingLogAlgorithm;
  }

  /** Returns how many of the counters are sliding logs. Each of them may have a ring. */
  public static int logs(Policy policy) {
    int logs = 0;
    for (Algorithm algorithm : policy.counters()) {
      logs += log(algorithm) ? 1 : 0;
    }
    return logs;
  }

  /**
   * Reads the part of a state that is in the reply.
   *
   * @param drainedUntil the end of the key's drain, in microseconds since the Unix epoch; 0 if
   *     there is none
   */
  static KeyState told(Request request, ReplyReader reply, long drainedUntil) {
    Policy policy = request.policy();
    LimitState[] counters = states(policy, reply, RequestCodec.permitsOfCounters(request));
    return new KeyState(policy, counters, 0, 0, drainedUntil);
  }

  /**
   * Reads the states in a reply of the script.
   *
   * @param permits for each counter, the permits for which the state of a log was read
   */
  private static LimitState[] states(Policy policy, ReplyReader reply, long[] permits) {
    LimitState[] states = new LimitState[policy.counters().size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = state(policy.counters().get(i), reply, permits[i]);
    }
    return states;
  }

  private static LimitState state(Algorithm algorithm, ReplyReader reply, long permits) {
    long first = reply.next();
    long second = reply.next();
    if (algorithm instanceof SlidingWindowAlgorithm
        || algorithm instanceof CalendarWindowAlgorithm) {
      return algorithm.newState(new long[] {first, second, reply.next()});
    }
    if (algorithm instanceof SlidingLogAlgorithm log) {
      return log.newState(logWords(log, first, second, reply.next(), permits));
    }
    return algorithm.newState(new long[] {first, second});
  }

  /** Returns the shortest log that decides a request for these permits like the real one. */
  private static long[] logWords(
      SlidingLogAlgorithm log, long used, long last, long needed, long permits) {
    if (used == 0) {
      return new long[] {0};
    }
    if (needed == last) {
      return new long[] {0, last, used};
    }
    return new long[] {0, needed, used - (log.capacity() - permits), last, used};
  }
}
