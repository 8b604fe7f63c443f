package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongBinaryOperator;

/** Writes requests in the format of the script. The format is described in {@code wire.lua}. */
public final class RequestCodec {
  private static final int ACQUIRE = 0;
  private static final int PEEK = 1;
  private static final int REFUND = 2;
  private static final int RESET = 3;
  private static final int LEASE = 4;
  private static final int RESERVE = 5;
  private static final int RETURN_LEASE = 6;
  private static final int RELEASE = 7;
  private static final int CHARGE = 8;
  private static final int HOLD = 9;
  private static final int HOLD_EACH = 10;
  private static final int DRAIN = 11;

  /** The width of the number of items in a group. */
  private static final int ITEMS = 2;

  /** The length of what a group has before its runs. */
  private static final int HEADER = ITEMS + 7;

  private RequestCodec() {}

  /** Writes items. Those in a row that have the same requests are one group. */
  static void write(
      Packed out, List<ScriptCall.Item> items, List<Policy> policies, List<byte[]> rings) {
    int group = -1;
    int grouped = 1;
    for (ScriptCall.Item item : items) {
      int start = out.length();
      write(out, item, policies, rings);
      if (group >= 0 && out.isRepeated(group + ITEMS, start + ITEMS)) {
        out.truncate(start);
        grouped++;
        out.overwrite(group, grouped, ITEMS);
      } else {
        group = start;
        grouped = 1;
      }
    }
  }

  /** Writes a group of one item. */
  private static void write(
      Packed out, ScriptCall.Item item, List<Policy> policies, List<byte[]> rings) {
    int start = out.length();
    List<Request> requests = item.requests();
    out.write(1, 2).write(0, 1).write(0, 2).write(0, 4);
    Writer writer = new Writer(out);
    Policy last = null;
    int index = 0;
    boolean plain = true;
    int logs = 0;
    int runs = 0;
    for (int i = 0; i < requests.size(); runs++) {
      Request request = requests.get(i);
      Policy policy = request.policy();
      if (policy != last && !policy.equals(last)) {
        plain &= last == null && PolicyCodec.plain(policy);
        last = policy;
        index = indexOf(policies, policy);
        logs = plain ? 0 : Math.max(logs, PolicyCodec.logs(policy));
      }
      int times = times(requests, i);
      plain &= writer.write(request, times, index);
      i += times;
    }
    out.overwrite(start + ITEMS, plain ? 1 : 0, 1);
    out.overwrite(start + ITEMS + 1, runs, 2);
    out.overwrite(start + ITEMS + 3, out.length() - start - HEADER, 4);
    for (int log = 1; log <= logs; log++) {
      rings.add(ring(item.stateKey(), log));
    }
  }

  /** Returns how many requests from a position on have the same permits. */
  private static int times(List<Request> requests, int first) {
    int next = first + 1;
    if (requests.get(first) instanceof Request.Acquire one) {
      while (next < requests.size()
          && requests.get(next) instanceof Request.Acquire other
          && other.permits() == one.permits()
          && other.policy() == one.policy()) {
        next++;
      }
    }
    return next - first;
  }

  static int indexOf(List<Policy> policies, Policy policy) {
    int index = policies.indexOf(policy);
    if (index < 0) {
      index = policies.size();
      policies.add(policy);
    }
    return index + 2;
  }

  /**
   * Returns the key of a ring by its number, from 1. Rings of other versions of the policy have
   * other keys.
   */
  public static byte[] ring(byte[] stateKey, int number) {
    byte[] suffix = (":log" + number).getBytes(StandardCharsets.US_ASCII);
    byte[] key = Arrays.copyOf(stateKey, stateKey.length + suffix.length);
    System.arraycopy(suffix, 0, key, stateKey.length, suffix.length);
    return key;
  }

  /** Writes requests. Each method returns whether a plain item may have a request of that kind. */
  private static final class Writer implements Request.Visitor<Boolean> {
    private final Packed out;
    private int times;
    private int policy;

    Writer(Packed out) {
      this.out = out;
    }

    boolean write(Request request, int times, int policy) {
      this.times = times;
      this.policy = policy;
      return request.accept(this);
    }

    private Packed begin(int operation, long first) {
      return out.write(operation, 1).write(times, 2).write(policy, 2).write(number(first), 7);
    }

    @Override
    public Boolean acquire(Request.Acquire request) {
      begin(ACQUIRE, request.permits());
      return true;
    }

    @Override
    public Boolean peek(Request.Peek request) {
      begin(PEEK, request.permits());
      return true;
    }

    @Override
    public Boolean hold(Request.Hold request) {
      begin(HOLD, request.min()).write(number(request.max()), 7).write(request.generation(), 6);
      return false;
    }

    /** If limits share a counter, the largest number counts. */
    @Override
    public Boolean holdEach(Request.HoldEach request) {
      begin(HOLD_EACH, request.permits()).write(request.generation(), 6);
      for (long permits : permitsOfCounters(request)) {
        out.write(number(permits), 7);
      }
      return false;
    }

    @Override
    public Boolean lease(Request.Lease request) {
      begin(LEASE, request.min())
          .write(number(request.max()), 7)
          .write(Math.min(request.micros(), Domain.LONGEST_WAIT), 7)
          .write(request.generation(), 6);
      return true;
    }

    @Override
    public Boolean reserve(Request.Reserve request) {
      begin(RESERVE, request.permits())
          .write(Math.min(request.maxWaitMicros(), Domain.LONGEST_WAIT), 7)
          .write(request.generation(), 6);
      return false;
    }

    @Override
    public Boolean refund(Request.Refund request) {
      begin(REFUND, request.permits());
      return false;
    }

    @Override
    public Boolean returnLease(Request.ReturnLease request) {
      begin(RETURN_LEASE, request.permits());
      write(request.grant());
      return false;
    }

    /** If limits share a counter, the smallest number counts. */
    @Override
    public Boolean release(Request.Release request) {
      begin(RELEASE, Collections.min(request.permitsOfLimits()));
      write(request.grant());
      List<Long> returned = request.permitsOfLimits();
      for (long permits : ofCounters(request, returned, Long.MAX_VALUE, Math::min)) {
        out.write(number(permits), 7);
      }
      return false;
    }

    private void write(Grant grant) {
      out.write(Domain.instant(grant.atMicros()), 7).write(number(grant.usedAtMicros()), 7);
      out.write(grant.generation(), 6);
    }

    /** If limits share a counter, the largest number counts. */
    @Override
    public Boolean charge(Request.Charge request) {
      begin(CHARGE, Math.min(request.aheadMicros(), Domain.LONGEST_WAIT));
      long[] permits = ofCounters(request, request.permitsOfLimits(), 0, Math::max);
      for (int i = 0; i < permits.length; i++) {
        out.write(number(permits[i]), 7);
        out.write(request.intoDebt() ? request.policy().debtOf(i) : 0, 5);
      }
      return false;
    }

    @Override
    public Boolean drain(Request.Drain request) {
      begin(DRAIN, Math.min(request.micros(), Domain.LONGEST_WAIT));
      return false;
    }

    @Override
    public Boolean reset(Request.Reset request) {
      begin(RESET, 0);
      return false;
    }
  }

  /** Returns the permits that the script must find for a request to be allowed. */
  public static long permits(Request request) {
    if (request instanceof Request.Lease lease) {
      return number(lease.min());
    }
    if (request instanceof Request.Hold hold) {
      return number(hold.min());
    }
    return request instanceof Request.Charge ? 0 : number(request.permits());
  }

  /** Returns {@link #permits} for each counter: the largest number of the limits that share it. */
  static long[] permitsOfCounters(Request request) {
    if (request instanceof Request.HoldEach each) {
      return ofCounters(request, each.permitsOfLimits(), 0, Math::max);
    }
    long[] permits = new long[request.policy().counters().size()];
    Arrays.fill(permits, permits(request));
    return permits;
  }

  private static long[] ofCounters(
      Request request, List<Long> ofLimits, long first, LongBinaryOperator merged) {
    Policy policy = request.policy();
    long[] ofCounters = new long[policy.counters().size()];
    Arrays.fill(ofCounters, first);
    for (int i = 0; i < ofLimits.size(); i++) {
      int counter = policy.counterOf(i);
      ofCounters[counter] = merged.applyAsLong(ofCounters[counter], ofLimits.get(i));
    }
    return ofCounters;
  }

  /** Returns a number limited to the domain. Beyond it, the excess does not change a decision. */
  private static long number(long number) {
    return Math.min(Math.max(number, 0), Domain.MAX);
  }
}
