package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.server.ServerStats;

/**
 * One measurement of a contender under a load.
 *
 * @param server what the server did meanwhile
 */
record Measurement(RedisContender contender, Load load, Outcome outcome, ServerStats server) {
  double scripts() {
    return perDecision(server.scripts().calls());
  }

  double commands() {
    return perDecision(server.calls());
  }

  double commandMicros() {
    return perDecision(server.micros(contender.readsBeforeItsScript()));
  }

  double cpuMicros() {
    return perDecision(server.cpuMicros());
  }

  /** The server also decided the late requests. */
  private double perDecision(double all) {
    return all / Math.max(outcome.decisions(false) + outcome.late(), 1);
  }
}
