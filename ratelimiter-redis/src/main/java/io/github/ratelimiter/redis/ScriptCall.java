package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.algorithm.Bucket;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.engine.KeyState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of the decision script: the keys that travel in it, each with its requests in order, as
 * the script reads them; and its reply, as decisions. Immutable.
 *
 * <p>The script replies with the state before and the number of requests that it allowed; what it
 * decided, and what the state is after it, follow in Java from the same arithmetic.
 */
final class ScriptCall {
  /** The most items that one call takes. */
  static final int MAX_ITEMS = 1_000;

  /** The most requests of one item. */
  static final int MAX_REQUESTS = 65_535;

  private static final int ACQUIRE = 0;
  private static final int PEEK = 1;
  private static final int REFUND = 2;
  private static final int RESET = 3;
  private static final int LEASE = 4;
  private static final int BOOK = 5;
  private static final int GIVE_BACK = 6;
  private static final int CANCEL = 7;
  private static final int CHARGE = 8;

  /** A mark that no booking left: one more than the largest debt. */
  private static final long NO_MARK = Domain.MAX + 1;

  private final List<Item> items;
  private final byte[][] keys;
  private final byte[][] args;
  private final boolean[] plain;

  /**
   * A key and what is asked of it.
   *
   * @param stateKey where its state is kept; in a cluster it has a hash tag, in braces
   * @param requests in the order in which they are decided, all in one atomic step; 1 to {@link
   *     #MAX_REQUESTS}
   */
  record Item(byte[] stateKey, List<Request> requests) {}

  private ScriptCall(List<Item> items) {
    this.items = items;
    this.plain = new boolean[items.size()];
    List<Policy> policies = new ArrayList<>(2);
    List<byte[]> rings = new ArrayList<>(0);
    Packed calls = new Packed(2 + 19 * items.size());
    calls.write(items.size(), 2);
    for (int i = 0; i < plain.length; i++) {
      plain[i] = write(calls, items.get(i), policies, rings);
    }
    this.keys = new byte[items.size() + rings.size()][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = i < plain.length ? items.get(i).stateKey() : rings.get(i - plain.length);
    }
    this.args = new byte[1 + policies.size()][];
    args[0] = calls.toBytes();
    for (int i = 1; i < args.length; i++) {
      args[i] = PolicyCodec.encode(policies.get(i - 1));
    }
  }

  /**
   * A call.
   *
   * @param items of different keys, all in one hash slot; 1 to {@link #MAX_ITEMS}
   */
  static ScriptCall of(List<Item> items) {
    return new ScriptCall(items);
  }

  /**
   * The keys for {@code EVALSHA}: of each item the state's, then of each limit that is a sliding
   * log its ring's, which is the state's and a suffix.
   */
  byte[][] keys() {
    return keys;
  }

  /** The arguments for {@code EVALSHA}. */
  byte[][] args() {
    return args;
  }

  /** The number of items. */
  int size() {
    return plain.length;
  }

  /**
   * The instant at which the script decided, by the server's clock, in microseconds since the Unix
   * epoch.
   */
  long nowMicros(Object reply) {
    return (Long) ((List<?>) reply).get(0);
  }

  /**
   * The decisions, for each item in the order of its requests.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   * @throws IllegalStateException if what is stored at a key cannot be read
   */
  List<List<Decision>> decisions(Object reply) {
    List<List<Decision>> decisions = new ArrayList<>(plain.length);
    for (int i = 0; i < plain.length; i++) {
      decisions.add(decisions(reply, i));
    }
    return decisions;
  }

  /**
   * The decisions on one item: others do not suffer from a key that cannot be read.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   * @param item its position
   * @throws IllegalStateException if what is stored at this key cannot be read
   */
  List<Decision> decisions(Object reply, int item) {
    List<?> values = (List<?>) reply;
    if (values.get(1 + 3 * item) instanceof byte[] stored) {
      throw unreadable(stored);
    }
    List<Request> requests = items.get(item).requests();
    long now = nowMicros(reply);
    if (!plain[item] || !(values.get(1 + 3 * item) instanceof Long)) {
      return decided(requests, new ReplyReader((List<?>) values.get(1 + 3 * item), 0), now);
    }
    ReplyReader state = new ReplyReader(values, 1 + 3 * item);
    Policy policy = requests.get(0).policy();
    Bucket bucket = policy.wordBucket();
    return bucket == null
        ? decided(requests, state, now)
        : decidedByWord(requests, policy, bucket, state, Domain.instant(now));
  }

  private static IllegalStateException unreadable(byte[] stored) {
    return new IllegalStateException(
        "what is stored is no state that this version can read; it begins with the bytes "
            + HexFormat.ofDelimiter(" ").formatHex(stored)
            + " ("
            + new String(stored, StandardCharsets.ISO_8859_1)
            + "); reset the key, or give this limiter a key prefix of its own");
  }

  /** What nearly every call is, one bucket that is acquired from, without making a state. */
  private static List<Decision> decidedByWord(
      List<Request> requests, Policy policy, Bucket bucket, ReplyReader reply, long now) {
    List<Decision> decisions = new ArrayList<>(requests.size());
    long word = bucket.word(reply.next(), reply.next());
    int allowed = 0;
    for (Request request : requests) {
      if (request instanceof Request.Lease) {
        KeyState state = new KeyState(policy, word);
        Decision decision = state.decide(request, now);
        word = state.word();
        allowed += decision.allowed() ? 1 : 0;
        decisions.add(decision);
        continue;
      }
      long permits = permits(request);
      long after = bucket.take(word, now, permits);
      Outcome outcome = Outcome.ALLOWED;
      if (after == word) {
        outcome = permits > bucket.capacity() ? Outcome.IMPOSSIBLE : Outcome.REFUSED;
      } else {
        word = request instanceof Request.Acquire ? after : word;
        allowed++;
      }
      decisions.add(Decision.ofWord(policy, outcome, permits, word, now));
    }
    check(requests, allowed, reply.next());
    return decisions;
  }

  private static List<Decision> decided(List<Request> requests, ReplyReader reply, long now) {
    List<Decision> decisions = new ArrayList<>(requests.size());
    KeyState state = null;
    Policy policy = null;
    boolean logs = false;
    int allowed = 0;
    for (Request request : requests) {
      boolean same = request.policy() == policy || request.policy().equals(policy);
      if (state == null || !same || logs) {
        policy = request.policy();
        logs = PolicyCodec.hasLog(policy);
        state = new KeyState(policy, PolicyCodec.states(policy, reply, permits(request)));
      }
      // The permits of a lease are found among a log's records, which only the script has.
      Decision decision =
          logs && request instanceof Request.GiveBack
              ? state.carriedOut(now)
              : state.decide(request, now);
      allowed += decision.allowed() ? 1 : 0;
      decisions.add(decision);
    }
    check(requests, allowed, reply.next());
    return decisions;
  }

  private static void check(List<Request> requests, int java, long script) {
    if (script != java) {
      throw new IllegalStateException(
          "the script allowed " + script + " of " + requests + ", Java " + java);
    }
  }

  // --- requests, as plain.lua reads them -------------------------------------------------------

  /**
   * Whether the item is plain: one policy, of one bucket; acquired from, leased from or looked at.
   */
  private static boolean write(Packed out, Item item, List<Policy> policies, List<byte[]> rings) {
    int start = out.length();
    List<Request> requests = item.requests();
    out.write(0, 1).write(0, 2).write(0, 4);
    Policy last = null;
    int index = 0;
    boolean plain = true;
    @Nullable Set<Integer> logs = null;
    int runs = 0;
    for (int i = 0; i < requests.size(); runs++) {
      Request request = requests.get(i);
      Policy policy = request.policy();
      if (policy != last && !policy.equals(last)) {
        plain &= last == null && PolicyCodec.plain(policy);
        last = policy;
        index = indexOf(policies, policy);
        logs = plain ? logs : addLogs(logs, policy);
      }
      int times = times(requests, i);
      plain &= write(out, request, times, index);
      i += times;
    }
    out.overwrite(start, plain ? 1 : 0, 1);
    out.overwrite(start + 1, runs, 2);
    out.overwrite(start + 3, out.length() - start - 7L, 4);
    if (logs != null) {
      for (int log : logs) {
        rings.add(ring(item.stateKey(), log));
      }
    }
    return plain;
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

  private static @Nullable Set<Integer> addLogs(@Nullable Set<Integer> logs, Policy policy) {
    Set<Integer> all = logs;
    for (int i = 0; i < policy.limits().size(); i++) {
      if (PolicyCodec.log(policy.algorithm(i))) {
        all = all == null ? new LinkedHashSet<>() : all;
        all.add(i + 1);
      }
    }
    return all;
  }

  /** The key of the ring of a limit, its position counted from 1. */
  static byte[] ring(byte[] stateKey, int limit) {
    byte[] suffix = (":log" + limit).getBytes(StandardCharsets.US_ASCII);
    byte[] key = Arrays.copyOf(stateKey, stateKey.length + suffix.length);
    System.arraycopy(suffix, 0, key, stateKey.length, suffix.length);
    return key;
  }

  private static boolean write(Packed out, Request request, int times, int policy) {
    int operation = operation(request);
    out.write(operation, 1).write(times, 2).write(policy, 2).write(permits(request), 7);
    if (request instanceof Request.Lease lease) {
      write(out, number(lease.max()), Math.min(lease.micros(), Domain.LONGEST_WAIT), 0);
    } else if (request instanceof Request.Book book) {
      write(out, Math.min(book.maxWaitMicros(), Domain.LONGEST_WAIT), 0, 0);
    } else if (request instanceof Request.GiveBack back) {
      write(out, back.grant());
    } else if (request instanceof Request.Cancel cancel) {
      write(out, cancel.grant());
    } else if (request instanceof Request.Charge charge) {
      charge.permits().forEach(some -> out.write(number(some), 7));
    }
    return operation == ACQUIRE || operation == PEEK || operation == LEASE;
  }

  private static void write(Packed out, Grant grant) {
    long mark = grant.mark() < 0 || grant.mark() > Domain.MAX ? NO_MARK : grant.mark();
    write(out, Domain.instant(grant.atMicros()), mark, number(grant.usedAtMicros()));
  }

  private static void write(Packed out, long first, long second, long third) {
    out.write(first, 7).write(second, 7).write(third, 7);
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

  private static long permits(Request request) {
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
