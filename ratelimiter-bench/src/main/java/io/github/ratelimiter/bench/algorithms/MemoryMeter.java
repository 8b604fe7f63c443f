package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.redis.script.ScriptCall;
import java.util.List;

/** Measures the memory of a key on the server. */
final class MemoryMeter {
  /** Large calls would make the server allocate large buffers, which it reports late. */
  private static final int KEYS_PER_CALL = 64;

  private final Server server;
  private final ScriptClient client;
  private final int keys;

  /**
   * Creates a meter.
   *
   * @param keys the number of keys, at least 1
   */
  MemoryMeter(Server server, ScriptClient client, int keys) {
    this.server = server;
    this.client = client;
    this.keys = keys;
  }

  /**
   * The memory of a key.
   *
   * @param usedPercent the part of the limit that is used
   * @param usage bytes by {@code MEMORY USAGE}, which leaves out hash tables
   * @param total bytes by the difference of {@code used_memory}
   */
  record Memory(int usedPercent, double usage, double total) {}

  /** Measures keys that have used a part of their limit in the last period. */
  Memory measure(Policy policy, int usedPercent) {
    long used = policy.limits().get(0).permits() * usedPercent / 100;
    server.clean();
    long before = server.memory();
    SteadyUse use = new SteadyUse(client, policy, keys, used);
    List<ScriptCall> calls = use.calls(KEYS_PER_CALL);
    use.turns(calls, used);
    double total = (double) (server.memory() - before) / keys;
    double usage = calls.stream().mapToLong(client::memoryUsage).sum() / (double) keys;
    server.clean();
    return new Memory(usedPercent, usage, total);
  }
}
