package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keys that are used evenly: in each turn every key makes one request, and the turns of a period
 * are equally spaced. Not thread-safe.
 */
final class SteadyUse {
  private static final Keyspace KEYSPACE = new Keyspace("rl", 0);

  /**
   * The clock of the script is ahead of the server's, so that no key expires during a measurement.
   * The keys of a benchmark that was killed expire after it.
   */
  private static final long AHEAD_MICROS = TimeUnit.HOURS.toMicros(1);

  private final ScriptClient client;
  private final Policy policy;
  private final List<String> keys;
  private final long turnsPerPeriod;
  private final long periodMicros;
  private final long start;
  private long turn;

  /**
   * Creates the use. It begins at the beginning of a window.
   *
   * @param policy has one limit
   * @param keys the number of keys
   * @param turnsPerPeriod the permits that each key uses in a period, at least 1
   */
  SteadyUse(ScriptClient client, Policy policy, int keys, long turnsPerPeriod) {
    this.client = client;
    this.policy = policy;
    this.keys = Server.keys("user", keys);
    this.turnsPerPeriod = turnsPerPeriod;
    this.periodMicros = policy.limits().get(0).period().toNanos() / 1_000;
    long soon = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()) + AHEAD_MICROS;
    this.start = (soon / periodMicros + 1) * periodMicros;
  }

  /** Returns calls that together have one request of each key. */
  List<ScriptCall> calls(int requestsPerCall) {
    List<ScriptCall.Item> items = new ArrayList<>();
    for (String key : keys) {
      Request request = new Request.Acquire(key, policy, 1);
      items.add(new ScriptCall.Item(KEYSPACE.stateKey(request), List.of(request)));
    }
    List<ScriptCall> calls = new ArrayList<>();
    for (int from = 0; from < items.size(); from += requestsPerCall) {
      int to = Math.min(from + requestsPerCall, items.size());
      calls.add(ScriptCall.of(items.subList(from, to), TimeSource.system().nowMicros()));
    }
    return calls;
  }

  /** Makes the calls in a number of turns, each turn at its instant. */
  void turns(List<ScriptCall> calls, long turns) {
    for (long end = turn + turns; turn < end; turn++) {
      long now = start + turn * periodMicros / turnsPerPeriod;
      calls.forEach(call -> client.call(call, now));
    }
  }
}
