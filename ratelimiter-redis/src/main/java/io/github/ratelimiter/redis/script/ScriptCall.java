package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the decision script: its keys, each with its requests in order, in the format of the
 * script; and its reply, converted to decisions. Immutable.
 *
 * <p>The script replies with the state before the requests and the number of requests that it
 * allowed. The decisions and the state after them are computed in Java with the same arithmetic.
 */
public final class ScriptCall implements Evaluation {
  /** The most items in one call. */
  public static final int MAX_ITEMS = 1_000;

  /** The most requests in one item. */
  public static final int MAX_REQUESTS = 65_535;

  private final List<Item> items;
  private final long clientMicros;
  private final byte[][] keys;
  private final byte[][] args;
  private final List<Policy> policies = new ArrayList<>(2);

  /**
   * A key and its requests.
   *
   * @param stateKey the key of its state; in a cluster it has a hash tag, in braces
   * @param requests in the order in which they are decided, all in one atomic step; 1 to {@link
   *     #MAX_REQUESTS}
   */
  public record Item(byte[] stateKey, List<Request> requests) {}

  private ScriptCall(List<Item> items, long clientMicros) {
    this.items = items;
    this.clientMicros = clientMicros;
    List<byte[]> rings = new ArrayList<>(0);
    Packed calls = new Packed(64);
    calls.write(items.size(), 2);
    RequestCodec.write(calls, items, policies, rings);
    this.keys = new byte[items.size() + rings.size()][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = i < items.size() ? items.get(i).stateKey() : rings.get(i - items.size());
    }
    this.args = new byte[1 + policies.size()][];
    args[0] = calls.toBytes();
    for (int i = 1; i < args.length; i++) {
      args[i] = PolicyCodec.encode(policies.get(i - 1), clientMicros);
    }
  }

  @Override
  public int requests() {
    return items.stream().mapToInt(item -> item.requests().size()).sum();
  }

  /**
   * Creates a call.
   *
   * @param items of different keys, all in one hash slot; 1 to {@link #MAX_ITEMS}
   * @param clientMicros the time of this process's clock, in microseconds since the Unix epoch; it
   *     determines the borders of calendar windows
   */
  public static ScriptCall of(List<Item> items, long clientMicros) {
    return new ScriptCall(items, clientMicros);
  }

  @Override
  public byte[][] keys() {
    return keys;
  }

  @Override
  public byte[][] args() {
    return args;
  }

  /** Returns the number of items. */
  public int size() {
    return items.size();
  }

  /**
   * Returns the decisions, for each item in the order of its requests.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   * @throws StoreMisconfiguredException if the stored state of a key cannot be read
   */
  public List<List<Decision>> decisions(Object reply) {
    List<List<Decision>> decisions = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      decisions.add(decisions(reply, i));
    }
    return decisions;
  }

  /**
   * Returns the decisions for one item. An unreadable state affects only its own item.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   * @param item its position
   * @throws StoreMisconfiguredException if the stored state of this key cannot be read
   */
  public List<Decision> decisions(Object reply, int item) {
    List<?> values = (List<?>) reply;
    Object first = values.get(1 + 2 * item);
    long allowed = (Long) values.get(2 + 2 * item);
    List<Request> requests = items.get(item).requests();
    if (first instanceof List<?> list) {
      // Instead of the number of allowed requests, the second value is the end of the drain before.
      return new ToldRequests(new ReplyReader(list), nowMicros(reply), clientMicros, allowed)
          .decided(requests);
    }
    byte[] stored = (byte[]) first;
    if (stored != null && allowed < 0) {
      throw unreadable(stored);
    }
    return decidedByOneBucket(requests, stored, Domain.instant(nowMicros(reply)), allowed);
  }

  static StoreMisconfiguredException unreadable(byte[] stored) {
    if (stored.length > 0 && (stored[0] & 0xFF) >= PolicyCodec.NEXT_FORMAT && stored[0] < 96) {
      return new StoreMisconfiguredException(
          "the stored state was written by a later version of this library; update this instance too",
          false,
          null);
    }
    return new StoreMisconfiguredException(
        "the stored state cannot be read by this version; it begins with the bytes "
            + HexFormat.ofDelimiter(" ").formatHex(stored)
            + " ("
            + new String(stored, StandardCharsets.ISO_8859_1)
            + "); delete the key, or give this limiter a key prefix of its own",
        false,
        null);
  }

  private List<Decision> decidedByOneBucket(
      List<Request> requests, byte @Nullable [] stored, long now, long allowed) {
    Policy policy = requests.get(0).policy();
    BucketAlgorithm bucket = policy.wordBucket();
    OneBucketState state = OneBucketState.of(stored, signatureLength(policy), policy);
    boolean leases = false;
    for (Request request : requests) {
      leases |= request instanceof Request.Lease;
    }
    return bucket == null || leases
        ? decidedBy(state.toKeyState(policy), requests, now, allowed)
        : decidedByWord(
            requests, policy, bucket, bucket.word(state.tat(), state.rem()), now, allowed);
  }

  private int signatureLength(Policy policy) {
    return PolicyCodec.signatureLength(args[1 + policies.indexOf(policy)]);
  }

  /** The most frequent case, acquires of one bucket, without creating a state. */
  private static List<Decision> decidedByWord(
      List<Request> requests,
      Policy policy,
      BucketAlgorithm bucket,
      long before,
      long now,
      long allowed) {
    List<Decision> decisions = new ArrayList<>(requests.size());
    long word = before;
    int granted = 0;
    for (Request request : requests) {
      long permits = RequestCodec.permits(request);
      long after = bucket.take(word, now, permits);
      Outcome outcome = Outcome.ALLOWED;
      if (after == word) {
        outcome = permits > bucket.capacity() ? Outcome.IMPOSSIBLE : Outcome.REFUSED;
      } else {
        word = request instanceof Request.Acquire ? after : word;
        granted++;
      }
      decisions.add(StoreDecision.ofWord(policy, outcome, permits, word, now));
    }
    check(requests, granted, allowed);
    return decisions;
  }

  private static List<Decision> decidedBy(
      KeyState state, List<Request> requests, long now, long allowed) {
    List<Decision> decisions = new ArrayList<>(requests.size());
    int granted = 0;
    for (Request request : requests) {
      Decision decision = state.decide(request, now);
      granted += decision.allowed() ? 1 : 0;
      decisions.add(decision);
    }
    check(requests, granted, allowed);
    return decisions;
  }

  static void check(List<Request> requests, int java, long script) {
    if (script != java) {
      // Without the requests, which have the key.
      throw new IllegalStateException(
          "the script allowed %d of %d requests, Java %d".formatted(script, requests.size(), java));
    }
  }
}
