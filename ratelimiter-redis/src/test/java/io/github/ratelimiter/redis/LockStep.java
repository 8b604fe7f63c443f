package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.engine.KeyState;
import io.github.ratelimiter.redis.servers.RedisProcess;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Takes steps in Java and in Lua, and compares. */
final class LockStep implements AutoCloseable {
  private static final int STEPS_A_CALL = 500;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String sha;
  private Sent sent;
  private final Map<String, Long> counts = new TreeMap<>();

  /** One call of the script: at an instant, requests of one or more keys. */
  record Step(long now, List<List<Request>> items, boolean rings) {
    long requests() {
      return items.stream().mapToLong(List::size).sum();
    }
  }

  /** What Java says of a step: of each item the decisions, the state after them, its expiry. */
  private record Expected(List<Decision> decisions, Policy policy, List<long[]> words, long gone) {}

  /** Steps of which the server has not answered yet. */
  private record Sent(
      String name,
      List<Step> steps,
      List<ScriptCall> calls,
      List<List<Expected>> expected,
      boolean expiring,
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

  /**
   * Takes the steps, from keys never used; they are compared when others are sent, or in {@link
   * #finish()}.
   */
  void run(String name, List<Step> steps, boolean expiring) {
    List<ScriptCall> calls = new ArrayList<>();
    List<List<Expected>> expected = new ArrayList<>();
    List<byte[]> args = new ArrayList<>();
    args.add(text(expiring ? 1 : 0));
    Map<String, KeyState> states = new HashMap<>();
    Map<String, Long> gone = new HashMap<>();
    for (Step step : steps) {
      List<ScriptCall.Item> items = new ArrayList<>();
      List<Expected> expectations = new ArrayList<>();
      for (List<Request> requests : step.items) {
        String key = requests.get(0).key();
        items.add(new ScriptCall.Item(key.getBytes(StandardCharsets.UTF_8), requests));
        expectations.add(expect(key, requests, Domain.instant(step.now), states, gone));
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
    sent = new Sent(name, List.copyOf(steps), calls, expected, expiring, replies);
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
    return step.rings ? 4 : 0;
  }

  private Expected expect(
      String key,
      List<Request> requests,
      long now,
      Map<String, KeyState> states,
      Map<String, Long> gone) {
    KeyState state = states.get(key);
    boolean stored = state != null;
    List<Decision> decisions = new ArrayList<>();
    boolean wrote = false;
    for (Request request : requests) {
      if (!stored && !wrote) {
        // Nothing is there to be carried from one version of the policy to the next.
        state = new KeyState(request.policy());
      }
      Policy before = state.policy();
      boolean takesBack = takesBack(state, request, now);
      Decision decision = state.decide(request, now);
      decisions.add(decision);
      wrote |= writes(request, decision) || before != state.policy() || takesBack;
      counts.merge(request.getClass().getSimpleName() + " " + decision.outcome(), 1L, Long::sum);
    }
    if (!stored && !wrote) {
      return new Expected(decisions, state.policy(), List.of(), 0);
    }
    states.put(key, state);
    if (wrote) {
      gone.put(key, (now + state.resetAfter(now) + 999) / 1_000);
    }
    if (wrote && state.resetAfter(now) == 0) {
      // The store drops what is as never used; from then on the clock may go back.
      states.remove(key);
      return new Expected(decisions, state.policy(), List.of(), 0);
    }
    List<long[]> words = new ArrayList<>();
    for (int i = 0; i < state.policy().limits().size(); i++) {
      words.add(state.limit(i).words());
    }
    return new Expected(decisions, state.policy(), words, gone.getOrDefault(key, 0L));
  }

  private static boolean writes(Request request, Decision decision) {
    return decision.allowed()
        && !(request instanceof Request.Peek
            || request instanceof Request.Cancel
            || request instanceof Request.GiveBack);
  }

  /** Whether a grant is taken back from a state of the request's own version. */
  private static boolean takesBack(KeyState state, Request request, long now) {
    if (!state.policy().equals(request.policy())) {
      return false;
    }
    if (request instanceof Request.Cancel cancel) {
      return state.limit(0) instanceof BucketState && isLast(state, cancel.grant());
    }
    return request instanceof Request.GiveBack back
        && now < back.grant().usedAtMicros()
        && isLast(state, back.grant());
  }

  private static boolean isLast(KeyState state, Grant grant) {
    for (int i = 0; i < state.policy().limits().size(); i++) {
      if (state.limit(i) instanceof BucketState bucket) {
        return bucket.debt(Domain.instant(grant.atMicros())) == grant.mark();
      }
    }
    return grant.mark() == 0;
  }

  private static void compare(Sent sent, int index, List<?> reply) {
    Step step = sent.steps.get(index);
    List<Expected> expected = sent.expected.get(index);
    ScriptCall call = sent.calls.get(index);
    List<List<Decision>> decisions = call.decisions(reply.get(0));
    for (int i = 0; i < expected.size(); i++) {
      Expected wanted = expected.get(i);
      int at = 1 + (2 + 2 * rings(step)) * i;
      byte[] stored = (byte[]) reply.get(at);
      List<long[]> words =
          stored == null
              ? List.of()
              : StoredState.words(
                  stored, wanted.policy, reply, step.rings ? at + 2 : -1, wanted.gone);
      boolean alike =
          stored == null
              ? sent.expiring || wanted.words.isEmpty() || fresh(wanted)
              : same(words, wanted, step.now, sent.expiring)
                  && reply.get(at + 1).equals(wanted.gone);
      if (!alike || !decisions.get(i).equals(wanted.decisions)) {
        // Said only here: a million descriptions take longer than the steps.
        String where = sent.name + ", step " + index + ", item " + i + " at " + step.now;
        assertThat(decisions.get(i)).as(where).isEqualTo(wanted.decisions);
        assertThat(words).as(where + ": " + step.items.get(i)).isEqualTo(wanted.words);
        assertThat(reply.get(at + 1)).as("expiry " + where).isEqualTo(wanted.gone);
      }
    }
  }

  /**
   * Whether the words are the same. A limit that a charge left alone may have been dropped by the
   * store, and not in Java, when nothing of it mattered any more.
   */
  private static boolean same(List<long[]> words, Expected wanted, long now, boolean expiring) {
    boolean same = words.size() == wanted.words.size();
    for (int i = 0; same && i < words.size(); i++) {
      same =
          Arrays.equals(words.get(i), wanted.words.get(i))
              || (expiring
                  && full(wanted.policy, i, words.get(i), now)
                  && full(wanted.policy, i, wanted.words.get(i), now));
    }
    return same;
  }

  private static boolean full(Policy policy, int limit, long[] words, long now) {
    return policy.algorithm(limit).newState(words).resetAfter(Domain.instant(now)) == 0;
  }

  private static boolean fresh(Expected expected) {
    LimitState[] states = new LimitState[expected.words.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = expected.policy.algorithm(i).newState(expected.words.get(i));
      if (states[i].used(Domain.LATEST_INSTANT) != 0) {
        return false;
      }
    }
    return true;
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
        steps.add(new Step(now, List.of(List.of(request)), PolicyCodec.hasLog(policy)));
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
      return new Request.Charge(key, c.policy(), c.permits());
    }
    Request.Lease l = (Request.Lease) request;
    return new Request.Lease(key, l.policy(), l.min(), l.max(), l.micros());
  }
}
