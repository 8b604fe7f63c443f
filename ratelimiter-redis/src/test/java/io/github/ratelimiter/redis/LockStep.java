package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.redis.script.PolicyCodec;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.redis.servers.RedisProcess;
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

/** Takes steps in Java and in Lua, and compares. */
final class LockStep implements AutoCloseable {
  private static final int STEPS_A_CALL = 500;

  /** More logs than any state of these steps has, those of other versions included. */
  private static final int RINGS = 24;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String sha;
  private Sent sent;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<Integer, Long> versions = new TreeMap<>();

  /** One call of the script: at an instant, requests of one or more keys. */
  record Step(long now, List<List<Request>> items, boolean rings) {
    long requests() {
      return items.stream().mapToLong(List::size).sum();
    }
  }

  /** What Java says of a step: of each item the decisions, the state after them, its expiry. */
  private record Expected(List<Decision> decisions, StoredState state, long expiry) {}

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
      List<ScriptCall> calls,
      List<List<Expected>> expected,
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
    List<ScriptCall> calls = new ArrayList<>();
    List<List<Expected>> expected = new ArrayList<>();
    List<byte[]> args = new ArrayList<>();
    args.add(text(expiring ? 1 : 0));
    Map<String, KeyState> states = new HashMap<>();
    Map<String, Expiry> expiries = new HashMap<>();
    for (Step step : steps) {
      List<ScriptCall.Item> items = new ArrayList<>();
      List<Expected> expectations = new ArrayList<>();
      for (List<Request> requests : step.items) {
        String key = requests.get(0).key();
        items.add(new ScriptCall.Item(key.getBytes(StandardCharsets.UTF_8), requests));
        Expiry expiry = expiries.get(key);
        if (expiring && expiry != null && expiry.millis() < Domain.instant(step.now) / 1_000) {
          states.remove(key);
          expiries.remove(key);
        }
        expectations.add(expect(key, requests, Domain.instant(step.now), states, expiries));
      }
      ScriptCall call = ScriptCall.of(items);
      calls.add(call);
      expected.add(expectations);
      args.add(text(Domain.instant(step.now)));
      args.add(text(items.size()));
      args.add(text(call.keys().length));
      args.add(text(call.args().length));
      args.add(text(rings(step)));
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

  /** How many rings of a state are looked at: a state without logs has none. */
  private static int rings(Step step) {
    return step.rings ? RINGS : 0;
  }

  private Expected expect(
      String key,
      List<Request> requests,
      long now,
      Map<String, KeyState> states,
      Map<String, Expiry> expiries) {
    KeyState state = states.computeIfAbsent(key, unused -> new KeyState(requests.get(0).policy()));
    List<Decision> decisions = new ArrayList<>();
    for (Request request : requests) {
      Decision decision = state.decide(request, now);
      decisions.add(decision);
      counts.merge(request.getClass().getSimpleName() + " " + decision.outcome(), 1L, Long::sum);
    }
    StoredState after = StoredState.of(state);
    versions.merge(after.counters().size(), 1L, Long::sum);
    Expiry expiry = expiries.get(key);
    if (after.equals(StoredState.NOTHING)) {
      expiry = null;
    } else if (state.resetAfter(now) > 0) {
      long full = now + state.resetAfter(now);
      expiry = expiry == null ? Expiry.ofNew(full, now) : expiry.moved(full, now);
    }
    expiries.put(key, expiry);
    return new Expected(decisions, after, expiry == null ? 0 : expiry.millis());
  }

  private static void compare(Sent sent, int index, List<?> reply) {
    Step step = sent.steps.get(index);
    List<Expected> expected = sent.expected.get(index);
    ScriptCall call = sent.calls.get(index);
    for (int i = 0; i < expected.size(); i++) {
      Expected wanted = expected.get(i);
      int at = 1 + (2 + 2 * rings(step)) * i;
      byte[] stored = (byte[]) reply.get(at);
      Supplier<String> where =
          () -> sent.name + ", step " + index + " at " + step.now + ": " + step.items;
      List<Decision> decisions = List.of();
      try {
        decisions = call.decisions(reply.get(0), i);
      } catch (RuntimeException e) {
        assertThat(e).as(where).isNull();
      }
      StoredState state =
          stored == null
              ? StoredState.NOTHING
              : StoredState.read(
                  stored, reply, step.rings ? at + 2 : -1, rings(step), wanted.expiry);
      if (!decisions.equals(wanted.decisions)
          || !state.equals(wanted.state)
          || !reply.get(at + 1).equals(wanted.expiry)) {
        // Said only here: a million descriptions take longer than the steps.
        assertThat(decisions).as(where).isEqualTo(wanted.decisions);
        assertThat(state).as(where).isEqualTo(wanted.state);
        assertThat(reply.get(at + 1)).as(where).isEqualTo(wanted.expiry);
      }
    }
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes every sequence of so many steps under a policy. */
  long runAll(Policy policy, int length) {
    List<Request> requests =
        List.of(
            new Request.Acquire("k", policy, 1),
            new Request.Acquire("k", policy, 2),
            new Request.Refund("k", policy, 1),
            new Request.Charge("k", policy, policy.limits().stream().map(limit -> 2L).toList()),
            new Request.Lease("k", policy, 1, 2, 700));
    long[] moves = {-1_000, 0, 1, 999, 2_000};
    int choices = requests.size() * moves.length;
    long sequences = 1;
    for (int i = 0; i < length; i++) {
      sequences *= choices;
    }
    List<Step> steps = new ArrayList<>();
    for (long sequence = 0; sequence < sequences; sequence++) {
      long now = 1_700_000_000_000_000L;
      long rest = sequence;
      for (int i = 0; i < length; i++) {
        int choice = (int) (rest % choices);
        rest /= choices;
        now += moves[choice / requests.size()];
        Request request = withKey(requests.get(choice % requests.size()), "k" + sequence);
        steps.add(new Step(now, List.of(List.of(request)), PolicyCodec.logs(policy) > 0));
      }
      if (steps.size() >= STEPS_A_CALL * 4 || sequence == sequences - 1) {
        run(policy.toString(), steps, false);
        steps.clear();
      }
    }
    finish();
    return sequences * length;
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
