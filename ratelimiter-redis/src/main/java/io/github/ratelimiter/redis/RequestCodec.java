package io.github.ratelimiter.redis;

import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.algorithm.Domain;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Requests as the script reads them. The format is described in {@code plain.lua}. */
final class RequestCodec {
  private static final int ACQUIRE = 0;
  private static final int PEEK = 1;
  private static final int REFUND = 2;
  private static final int RESET = 3;
  private static final int LEASE = 4;
  private static final int BOOK = 5;
  private static final int GIVE_BACK = 6;
  private static final int CANCEL = 7;
  private static final int CHARGE = 8;

  /** An item that the script's short path may decide; with leases among its requests. */
  static final int PLAIN = 1;

  static final int PLAIN_WITH_LEASES = 2;

  private RequestCodec() {}

  /**
   * Writes an item, and tells whether it is plain: one policy, of one bucket; acquired from, leased
   * from or looked at.
   *
   * @return 0, {@link #PLAIN} or {@link #PLAIN_WITH_LEASES}
   */
  static int write(Packed out, ScriptCall.Item item, List<Policy> policies, List<byte[]> rings) {
    int start = out.length();
    List<Request> requests = item.requests();
    out.write(0, 1).write(0, 2).write(0, 4);
    Policy last = null;
    int index = 0;
    boolean plain = true;
    boolean leases = false;
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
      plain &= write(out, request, times, index);
      leases |= request instanceof Request.Lease;
      i += times;
    }
    int kind = plain ? leases ? PLAIN_WITH_LEASES : PLAIN : 0;
    out.overwrite(start, kind, 1);
    out.overwrite(start + 1, runs, 2);
    out.overwrite(start + 3, out.length() - start - 7L, 4);
    for (int log = 1; log <= logs; log++) {
      rings.add(ring(item.stateKey(), log));
    }
    return kind;
  }

  /** How many requests from a position on ask for the same permits. */
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

  private static int indexOf(List<Policy> policies, Policy policy) {
    int index = policies.indexOf(policy);
    if (index < 0) {
      index = policies.size();
      policies.add(policy);
    }
    return index + 2;
  }

  /** The key of a ring by its number, from 1. Those of other versions of the policy have others. */
  static byte[] ring(byte[] stateKey, int number) {
    byte[] suffix = (":log" + number).getBytes(StandardCharsets.US_ASCII);
    byte[] key = Arrays.copyOf(stateKey, stateKey.length + suffix.length);
    System.arraycopy(suffix, 0, key, stateKey.length, suffix.length);
    return key;
  }

  private static boolean write(Packed out, Request request, int times, int policy) {
    int operation = operation(request);
    long first =
        request instanceof Request.Charge charge
            ? Math.min(charge.aheadMicros(), Domain.LONGEST_WAIT)
            : permits(request);
    out.write(operation, 1).write(times, 2).write(policy, 2).write(first, 7);
    if (request instanceof Request.Lease lease) {
      out.write(number(lease.max()), 7);
      out.write(Math.min(lease.micros(), Domain.LONGEST_WAIT), 7).write(lease.generation(), 6);
    } else if (request instanceof Request.Book book) {
      out.write(Math.min(book.maxWaitMicros(), Domain.LONGEST_WAIT), 7);
      out.write(book.generation(), 6);
    } else if (request instanceof Request.GiveBack back) {
      write(out, back.grant());
    } else if (request instanceof Request.Cancel cancel) {
      write(out, cancel.grant());
    } else if (request instanceof Request.Charge charge) {
      write(out, charge);
    }
    return operation == ACQUIRE || operation == PEEK || operation == LEASE;
  }

  private static void write(Packed out, Grant grant) {
    out.write(Domain.instant(grant.atMicros()), 7).write(number(grant.usedAtMicros()), 7);
    out.write(grant.generation(), 6);
  }

  /** Of limits that share a counter, the largest. */
  private static void write(Packed out, Request.Charge charge) {
    Policy policy = charge.policy();
    long[] permits = new long[policy.counters().size()];
    for (int i = 0; i < charge.permits().size(); i++) {
      int counter = policy.counterOf(i);
      permits[counter] = Math.max(permits[counter], number(charge.permits().get(i)));
    }
    for (long some : permits) {
      out.write(some, 7);
    }
  }

  private static int operation(Request request) {
    if (request instanceof Request.Acquire) {
      return ACQUIRE;
    } else if (request instanceof Request.Peek) {
      return PEEK;
    } else if (request instanceof Request.Lease) {
      return LEASE;
    } else if (request instanceof Request.Book) {
      return BOOK;
    } else if (request instanceof Request.Refund) {
      return REFUND;
    } else if (request instanceof Request.GiveBack) {
      return GIVE_BACK;
    } else if (request instanceof Request.Cancel) {
      return CANCEL;
    } else if (request instanceof Request.Charge) {
      return CHARGE;
    }
    return RESET;
  }

  static long permits(Request request) {
    if (request instanceof Request.Acquire acquire) {
      return number(acquire.permits());
    } else if (request instanceof Request.Peek peek) {
      return number(peek.permits());
    } else if (request instanceof Request.Lease lease) {
      return number(lease.min());
    } else if (request instanceof Request.Book book) {
      return number(book.permits());
    } else if (request instanceof Request.Refund refund) {
      return number(refund.permits());
    } else if (request instanceof Request.GiveBack back) {
      return number(back.permits());
    } else if (request instanceof Request.Cancel cancel) {
      return number(cancel.grant().permits());
    }
    return 0;
  }

  /** A number in the domain: beyond it no decision depends on how far. */
  private static long number(long number) {
    return Math.min(Math.max(number, 0), Domain.MAX);
  }
}
