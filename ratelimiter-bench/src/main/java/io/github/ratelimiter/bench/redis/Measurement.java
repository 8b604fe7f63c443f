package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.server.ServerStats;

/**
 * One measurement of a contender under a load.
 *
 * @param server the counters of the server during the measurement
 */
record Measurement(RedisContender contender, Load load, Outcome outcome, ServerStats server) {
  double scripts() {
    return perDecision(server.scripts().calls());
  }

  double commands() {
    return perDecision(server.calls());
  }

  double commandMicros() {
    return perDecision(server.clientCommandMicros(contender.readsBeforeScript()));
  }

  double cpuMicros() {
    return perDecision(server.cpuMicros());
  }

  /** Divides by all decisions, because the server also decided the late requests. */
  private double perDecision(double total) {
    return total / Math.max(outcome.decisions(false) + outcome.late(), 1);
  }
}
