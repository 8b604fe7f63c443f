package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.redis.script.Evaluation;
import io.github.ratelimiter.redis.script.JointCall;
import io.github.ratelimiter.redis.script.PolicyCodec;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes steps in Java and in Lua, and compares. */
final class LockStep implements AutoCloseable {
  /** The zone of which callers have different data. */
  static final ChangingZone CHANGING = new ChangingZone("Test/LockStep");

  private static final long[] MOVES = {-1_000, 0, 1, 999, 2_000};

  /** More logs than any state of these steps has, those of other versions included. */
  private static final int RINGS = 24;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String sha;
  private Sent sent;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<Integer, Long> versions = new TreeMap<>();

  /**
   * The caller of a step.
   *
   * @param micros the instant that its clock shows
   * @param zoneData the version of its data of the changing time zone
   */
  record Client(long micros, int zoneData) {
    void use() {
      CHANGING.use(zoneData);
    }
  }

  /**
   * One call of the script: at an instant, requests of one or more keys, or joint requests.
   *
   * @param from the key whose state the only key starts with; null if it starts with its own
   * @param rings how many rings of a state are compared
   */
  record Step(
      long now,
      Client client,
      List<List<Request>> items,
      List<JointRequest> joints,
      @Nullable String from,
      int rings) {
    static Step of(long now, List<List<Request>> items, boolean logs) {
      return of(now, new Client(now, 0), items, logs);
    }

    static Step of(long now, Client client, List<List<Request>> items, boolean logs) {
      return new Step(now, client, items, List.of(), null, logs ? RINGS : 0);
    }

    static Step joint(long now, Client client, List<JointRequest> joints, boolean logs) {
      return new Step(now, client, List.of(), joints, null, logs ? RINGS : 0);
    }

    long requests() {
      return items.stream().mapToLong(List::size).sum()
          + joints.stream().mapToLong(joint -> joint.parts().size()).sum();
    }

    /** The keys, in the order of the call. */
    List<String> keys() {
      Stream<Request> all =
          joints.isEmpty()
              ? items.stream().map(requests -> requests.get(0))
              : joints.stream().flatMap(j -> j.parts().stream()).map(JointRequest.Part::request);
      return all.map(Request::key).distinct().toList();
    }

    Evaluation call() {
      client.use();
      return joints.isEmpty()
          ? ScriptCall.of(
              items.stream().map(all -> new ScriptCall.Item(bytes(all.get(0).key()), all)).toList(),
              client.micros)
          : JointCall.of(joints.stream().map(Step::joint).toList(), client.micros);
    }

    private static JointCall.Joint joint(JointRequest joint) {
      return new JointCall.Joint(
          joint, joint.parts().stream().map(part -> bytes(part.request().key())).toList());
    }

    private static byte[] bytes(String key) {
      return key.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * What Java says of a step: the decisions of each item or of each joint request, and of each key
   * the state after them and its expiry.
   */
  private record Expected(
      List<List<Decision>> decisions, List<StoredState> states, List<Long> expiries) {}

  /**
   * When a key expires: see expiry.lua.
   *
   * @param full the instant at which its counters are full again
   * @param quantum what the expiry is a multiple of, in microseconds
   */
  private record Expiry(long full, long quantum) {
    /** The expiry of a state that is full again at another instant. */
    Expiry moved(long full, long now) {
      Expiry moved = new Expiry(full, quantum);
      if (this.full <= now) {
        return ofNew(full, now);
      }
      return moved.millis() == millis() ? moved : of(full, full - now);
    }

    static Expiry ofNew(long full, long now) {
      return of(full, (full - now) / 8);
    }

    private static Expiry of(long full, long most) {
      return new Expiry(full, 1_000 * Math.max(Long.highestOneBit(most / 1_000), 1));
    }

    long millis() {
      return (full + quantum - 1) / quantum * quantum / 1_000;
    }
  }

  /** Steps of which the server has not answered yet. */
  private record Sent(
      String name,
      List<Step> steps,
      List<Evaluation> calls,
      List<Expected> expected,
      RedisFuture<List<Object>> replies) {}

  LockStep(RedisProcess server) {
    client = RedisClient.create(RedisURI.create(server.uri()));
    connection = client.connect(ByteArrayCodec.INSTANCE);
    connection.setTimeout(Duration.ofMinutes(1));
    String script =
        Scripts.withClock(resource("lock-step-head.lua")) + resource("lock-step-tail.lua");
    sha = connection.sync().scriptLoad(script);
  }

  static String resource(String name) {
    try (InputStream in = LockStep.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.shutdown(0, 0, TimeUnit.SECONDS);
  }

  /** How often each outcome of each kind of request was compared. */
  Map<String, Long> counts() {
    return counts;
  }

  /** How often a state had so many counters. */
  Map<Integer, Long> versions() {
    return versions;
  }

  /**
   * Takes the steps, from new keys; they are compared when others are sent, or in {@link
   * #finish()}.
   */
  void run(String name, List<Step> steps, boolean expiring) {
    List<Evaluation> calls = new ArrayList<>();
    List<Expected> expected = new ArrayList<>();
    List<byte[]> args = new ArrayList<>();
    args.add(text(expiring ? 1 : 0));
    Map<String, KeyState> states = new HashMap<>();
    Map<String, Expiry> expiries = new HashMap<>();
    for (Step step : steps) {
      long now = Domain.instant(step.now);
      List<String> keys = step.keys();
      if (expiring) {
        expire(keys, now, states, expiries);
      }
      if (step.from != null) {
        states.put(keys.get(0), copy(states.get(step.from)));
        expiries.put(keys.get(0), expiries.get(step.from));
      }
      Evaluation call = step.call();
      calls.add(call);
      expected.add(expect(step, keys, now, states, expiries));
      args.add(text(now));
      args.add((step.from == null ? "" : step.from).getBytes(StandardCharsets.UTF_8));
      args.add(text(keys.size()));
      args.add(text(call.keys().length));
      args.add(text(call.args().length));
      args.add(text(step.rings));
      args.addAll(List.of(call.keys()));
      args.addAll(List.of(call.args()));
    }
    RedisFuture<List<Object>> replies =
        connection
            .async()
            .evalsha(sha, ScriptOutputType.MULTI, new byte[0][], args.toArray(new byte[0][]));
    finish();
    sent = new Sent(name, List.copyOf(steps), calls, expected, replies);
  }

  private static void expire(
      List<String> keys, long now, Map<String, KeyState> states, Map<String, Expiry> expiries) {
    for (String key : keys) {
      Expiry expiry = expiries.get(key);
      if (expiry != null && expiry.millis() < now / 1_000) {
        states.remove(key);
        expiries.remove(key);
      }
    }
  }

  private static KeyState copy(KeyState state) {
    LimitState[] counters =
        state.counters().stream()
            .map(
                counter -> {
                  LimitState copy = counter.algorithm().newState(counter.words());
                  copy.cutAt(counter.cutAt());
                  return copy;
                })
            .toArray(LimitState[]::new);
    return new KeyState(
        state.policy(), counters, state.until(), state.generation(), state.drainedUntil());
  }

  /** Compares the last steps, which the server takes while Java takes the next. */
  void finish() {
    if (sent == null) {
      return;
    }
    List<?> replies = sent.replies.toCompletableFuture().join();
    assertThat(replies).hasSameSizeAs(sent.steps);
    for (int i = 0; i < replies.size(); i++) {
      compare(sent, i, (List<?>) replies.get(i));
    }
    sent = null;
  }

  private Expected expect(
      Step step,
      List<String> keys,
      long now,
      Map<String, KeyState> states,
      Map<String, Expiry> expiries) {
    step.client.use();
    List<List<Decision>> decisions = new ArrayList<>();
    for (List<Request> requests : step.items) {
      List<Decision> each = new ArrayList<>();
      requests.forEach(
          request -> each.add(state(states, request).decide(request, now, step.client.micros)));
      decisions.add(each);
      count(requests, decisions.get(decisions.size() - 1), "");
    }
    for (JointRequest joint : step.joints) {
      List<Request> requests = joint.parts().stream().map(JointRequest.Part::request).toList();
      decisions.add(
          joint.decide(
              requests.stream().map(one -> state(states, one)).toList(), now, step.client.micros));
      count(requests, decisions.get(decisions.size() - 1), "Joint");
    }
    List<StoredState> after = new ArrayList<>();
    List<Long> expiriesAfter = new ArrayList<>();
    for (String key : keys) {
      StoredState state = StoredState.of(states.get(key));
      versions.merge(state.counters().size(), 1L, Long::sum);
      after.add(state);
      Expiry expiry = expiry(expiries.get(key), state, states.get(key), now);
      expiries.put(key, expiry);
      expiriesAfter.add(expiry == null ? 0 : expiry.millis());
    }
    return new Expected(decisions, after, expiriesAfter);
  }

  private static KeyState state(Map<String, KeyState> states, Request request) {
    return states.computeIfAbsent(request.key(), unused -> new KeyState(request.policy()));
  }

  private void count(List<Request> requests, List<Decision> decisions, String how) {
    for (int i = 0; i < requests.size(); i++) {
      String kind = how + requests.get(i).getClass().getSimpleName();
      counts.merge(kind + " " + decisions.get(i).outcome(), 1L, Long::sum);
    }
  }

  private static Expiry expiry(Expiry before, StoredState after, KeyState state, long now) {
    if (after.equals(StoredState.NOTHING)) {
      return null;
    }
    if (state.keptFor(now) == 0) {
      return before;
    }
    long full = now + state.keptFor(now);
    return before == null ? Expiry.ofNew(full, now) : before.moved(full, now);
  }

  private static void compare(Sent sent, int index, List<?> reply) {
    Step step = sent.steps.get(index);
    Expected expected = sent.expected.get(index);
    Supplier<String> where =
        () ->
            sent.name
                + ", step "
                + index
                + " at "
                + step.now
                + " by "
                + step.client
                + ": "
                + step.items
                + step.joints;
    step.client.use();
    List<List<Decision>> decisions = List.of();
    try {
      decisions =
          sent.calls.get(index) instanceof JointCall joint
              ? joint.decisions(reply.get(0))
              : ((ScriptCall) sent.calls.get(index)).decisions(reply.get(0));
    } catch (RuntimeException e) {
      assertThat(e).as(where).isNull();
    }
    List<StoredState> states = new ArrayList<>();
    List<Long> expiries = new ArrayList<>();
    for (int i = 0; i < expected.states.size(); i++) {
      int at = 1 + (2 + 2 * step.rings) * i;
      byte[] stored = (byte[]) reply.get(at);
      states.add(
          stored == null
              ? StoredState.NOTHING
              : StoredState.read(stored, reply, at + 2, step.rings, expected.expiries.get(i)));
      expiries.add((Long) reply.get(at + 1));
    }
    if (!decisions.equals(expected.decisions)
        || !states.equals(expected.states)
        || !expiries.equals(expected.expiries)) {
      // Described only if it differs: a million descriptions take longer than the steps.
      assertThat(decisions).as(where).isEqualTo(expected.decisions);
      assertThat(states).as(where).isEqualTo(expected.states);
      assertThat(expiries).as(where).isEqualTo(expected.expiries);
    }
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Takes every sequence of so many steps under a policy. A sequence that continues others starts
   * with a copy of their state.
   */
  long runAll(Policy policy, int length) {
    List<Request> requests =
        List.of(
            new Request.Acquire("k", policy, 1),
            new Request.Acquire("k", policy, 2),
            new Request.Refund("k", policy, 1),
            new Request.Charge("k", policy, policy.limits().stream().map(limit -> 2L).toList()),
            new Request.Lease("k", policy, 1, 2, 700));
    long taken = 0;
    for (int choice = 0; choice < MOVES.length * requests.size(); choice++) {
      List<Step> steps = new ArrayList<>();
      addSequences(steps, requests, choice, 1_700_000_000_000_000L, null, length);
      run(policy.toString(), steps, false);
      taken += steps.size();
    }
    finish();
    return taken;
  }

  /** Adds the step of a choice, and then each sequence that continues it. */
  private static void addSequences(
      List<Step> steps,
      List<Request> requests,
      int choice,
      long before,
      @Nullable String from,
      int length) {
    long now = before + MOVES[choice / requests.size()];
    String key = (from == null ? "k" : from) + "." + choice;
    Request request = withKey(requests.get(choice % requests.size()), key);
    int rings = PolicyCodec.logs(request.policy());
    steps.add(new Step(now, new Client(now, 0), List.of(List.of(request)), List.of(), from, rings));
    for (int next = 0; length > 1 && next < MOVES.length * requests.size(); next++) {
      addSequences(steps, requests, next, now, key, length - 1);
    }
  }

  private static Request withKey(Request request, String key) {
    if (request instanceof Request.Acquire a) {
      return new Request.Acquire(key, a.policy(), a.permits());
    } else if (request instanceof Request.Refund r) {
      return new Request.Refund(key, r.policy(), r.permits());
    } else if (request instanceof Request.Charge c) {
      return new Request.Charge(key, c.policy(), c.permitsOfLimits(), c.aheadMicros());
    }
    Request.Lease l = (Request.Lease) request;
    return new Request.Lease(key, l.policy(), l.min(), l.max(), l.micros());
  }
}
