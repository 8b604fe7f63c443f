package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of the decision script with joint requests, in the format of the script; and its reply,
 * converted to decisions. Immutable.
 *
 * <p>As with {@link ScriptCall}, the decisions are computed in Java from the states before them.
 */
public final class JointCall implements Evaluation {
  /** Added to the number of keys. */
  private static final int JOINT = 1 << 15;

  private static final int OBSERVED = 1;
  private static final int HELD = 2;
  private static final int SHORT = 4;

  /**
   * A joint request and the keys of its states.
   *
   * @param stateKeys for each part the key of its state
   */
  public record Joint(JointRequest request, List<byte[]> stateKeys) {}

  /** A key with the policies under which its state is used, in their order. */
  private static final class Key {
    final byte[] stateKey;
    final int position;
    final List<Policy> policies = new ArrayList<>(1);

    Key(byte[] stateKey, int position) {
      this.stateKey = stateKey;
      this.position = position;
    }

    boolean plain() {
      return policies.size() == 1 && PolicyCodec.plain(policies.get(0));
    }
  }

  private final List<Joint> joints;
  private final long clientMicros;
  private final List<Key> keys;
  private final List<List<Key>> keysOfParts = new ArrayList<>();
  private final byte[][] allKeys;
  private final byte[][] args;
  private final List<Policy> policies = new ArrayList<>(2);

  private JointCall(List<Joint> joints, long clientMicros) {
    this.joints = joints;
    this.clientMicros = clientMicros;
    this.keys = findKeys();
    this.allKeys = withRings();
    Packed out = new Packed(64);
    write(out);
    this.args = new byte[1 + policies.size()][];
    args[0] = out.toBytes();
    for (int i = 1; i < args.length; i++) {
      args[i] = PolicyCodec.encode(policies.get(i - 1), clientMicros);
    }
  }

  /**
   * Creates a call.
   *
   * @param joints requests whose keys are all in one hash slot; 1 to {@link ScriptCall#MAX_ITEMS}
   *     keys
   * @param clientMicros the time of this process's clock, in microseconds since the Unix epoch; it
   *     determines the borders of calendar windows
   */
  public static JointCall of(List<Joint> joints, long clientMicros) {
    return new JointCall(joints, clientMicros);
  }

  private List<Key> findKeys() {
    Map<ByteBuffer, Key> found = new LinkedHashMap<>();
    for (Joint joint : joints) {
      List<Key> keysOf = new ArrayList<>();
      for (int part = 0; part < joint.stateKeys.size(); part++) {
        byte[] stateKey = joint.stateKeys.get(part);
        Key key =
            found.computeIfAbsent(
                ByteBuffer.wrap(stateKey), bytes -> new Key(stateKey, found.size() + 1));
        Policy policy = joint.request.request(part).policy();
        if (!key.policies.contains(policy)) {
          key.policies.add(policy);
        }
        keysOf.add(key);
      }
      keysOfParts.add(keysOf);
    }
    return List.copyOf(found.values());
  }

  private byte[][] withRings() {
    List<byte[]> all = new ArrayList<>();
    keys.forEach(key -> all.add(key.stateKey));
    for (Key key : keys) {
      int logs = key.policies.stream().mapToInt(PolicyCodec::logs).max().orElse(0);
      for (int log = 1; log <= logs; log++) {
        all.add(RequestCodec.ring(key.stateKey, log));
      }
    }
    return all.toArray(byte[][]::new);
  }

  private void write(Packed out) {
    out.write(JOINT + (long) keys.size(), 2);
    out.write(joints.size(), 2);
    for (int i = 0; i < joints.size(); i++) {
      List<JointRequest.Part> parts = joints.get(i).request.parts();
      out.write(parts.size(), 2);
      for (int part = 0; part < parts.size(); part++) {
        write(out, parts.get(part), keysOfParts.get(i).get(part));
      }
    }
  }

  private void write(Packed out, JointRequest.Part part, Key key) {
    Request request = part.request();
    Request.Hold hold = request instanceof Request.Hold one ? one : null;
    int flags =
        (part.observed() ? OBSERVED : 0) + (hold == null ? 0 : HELD) + (key.plain() ? SHORT : 0);
    out.write(key.position, 2)
        .write(flags, 1)
        .write(index(request.policy()), 2)
        .write(RequestCodec.permits(request), 7);
    if (hold != null) {
      out.write(hold.generation(), 6);
    }
  }

  private int index(Policy policy) {
    return RequestCodec.indexOf(policies, policy);
  }

  @Override
  public byte[][] keys() {
    return allKeys;
  }

  @Override
  public byte[][] args() {
    return args;
  }

  @Override
  public int requests() {
    return joints.stream().mapToInt(joint -> joint.request.parts().size()).sum();
  }

  // --- the reply -------------------------------------------------------------------------------

  /**
   * Returns the decisions of each joint request; null for one with a state that cannot be read.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   */
  public List<@Nullable List<Decision>> decisions(Object reply) {
    List<?> values = (List<?>) reply;
    long now = Domain.instant(nowMicros(reply));
    List<JointState> states = new ArrayList<>();
    for (Key key : keys) {
      boolean readable = (Long) values.get(2 * key.position) >= 0;
      states.add(
          readable
              ? state(key, values.get(2 * key.position - 1), (Long) values.get(2 * key.position))
              : new JointState.Told(new ReplyReader(List.of()), clientMicros, 0));
    }
    List<@Nullable List<Decision>> decisions = new ArrayList<>();
    for (int i = 0; i < joints.size(); i++) {
      long verdict = (Long) values.get(1 + 2 * keys.size() + i);
      List<JointState> ofParts = new ArrayList<>();
      keysOfParts.get(i).forEach(key -> ofParts.add(states.get(key.position - 1)));
      decisions.add(decisions(joints.get(i).request, ofParts, verdict, now));
    }
    return decisions;
  }

  /**
   * Returns why the states of a joint request cannot be read.
   *
   * @param reply the reply
   * @param joint its position
   */
  public StoreMisconfiguredException unreadable(Object reply, int joint) {
    List<?> values = (List<?>) reply;
    for (Key key : keysOfParts.get(joint)) {
      if ((Long) values.get(2 * key.position) < 0) {
        return ScriptCall.unreadable((byte[]) values.get(2 * key.position - 1));
      }
    }
    throw new IllegalArgumentException("all states of request " + joint + " are readable");
  }

  private JointState state(Key key, @Nullable Object value, long drainedUntil) {
    if (value instanceof List<?> list) {
      return new JointState.Told(new ReplyReader(list), clientMicros, drainedUntil);
    }
    Policy policy = key.policies.get(0);
    byte[] stored = (byte[]) value;
    int signatureLength = PolicyCodec.signatureLength(args[1 + policies.indexOf(policy)]);
    return new JointState.Known(
        OneBucketState.of(stored, signatureLength, policy).toKeyState(policy));
  }

  private static @Nullable List<Decision> decisions(
      JointRequest request, List<JointState> states, long verdict, long now) {
    int parts = request.parts().size();
    boolean granted = verdict == 1;
    Decision[] decisions = new Decision[parts];
    if (verdict < 0) {
      for (int part = 0; part < parts; part++) {
        states.get(part).skip(request.request(part));
      }
      return null;
    }
    for (int part = 0; part < parts; part++) {
      decisions[part] = states.get(part).decide(request.request(part), granted, now);
    }
    List<Decision> all = Arrays.asList(decisions);
    if (request.isGrantedBy(all) != granted) {
      // Without the request, which has the keys.
      throw new IllegalStateException(
          "the script decided " + verdict + " on " + parts + " parts, Java " + all);
    }
    return List.copyOf(all);
  }
}
