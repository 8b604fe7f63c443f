package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.algorithm.Bucket;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.engine.KeyState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

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
      plain[i] = RequestCodec.write(calls, items.get(i), policies, rings);
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
      long permits = RequestCodec.permits(request);
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
        state =
            new KeyState(policy, PolicyCodec.states(policy, reply, RequestCodec.permits(request)));
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
}
