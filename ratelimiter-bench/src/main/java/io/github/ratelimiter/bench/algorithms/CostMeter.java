package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import io.github.ratelimiter.redis.script.ScriptCall;
import java.util.List;

/**
 * Measures the server time and the commands of a decision, on keys that exist and use half of their
 * limit. Lone calls and batches make the same decisions on the same number of keys.
 */
final class CostMeter {
  /** The size of a full batch of the store, and the number of keys. */
  static final int BATCH = 64;

  private final Server server;
  private final ScriptClient client;
  private final int turns;

  /**
   * Creates a meter.
   *
   * @param turns the number of requests of each key in a measurement
   */
  CostMeter(Server server, ScriptClient client, int turns) {
    this.server = server;
    this.client = client;
    this.turns = turns;
  }

  /** Measures one round. */
  void measure(AlgorithmCost algorithm) {
    Policy policy = algorithm.policy();
    long half = policy.limits().get(0).permits() / 2;
    server.clean();
    SteadyUse use = new SteadyUse(client, policy, BATCH, half);
    List<ScriptCall> batch = use.calls(BATCH);
    // After this, a sliding log drops as many records as it adds.
    use.turns(batch, half + half / 4);
    measure(use, batch, algorithm.batched());
    measure(use, use.calls(1), algorithm.alone());
  }

  private void measure(SteadyUse use, List<ScriptCall> calls, Cost cost) {
    ServerStats before = server.stats();
    use.turns(calls, turns);
    cost.add(server.stats().since(before), (long) turns * BATCH);
  }
}
