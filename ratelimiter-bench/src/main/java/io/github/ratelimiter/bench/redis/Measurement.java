package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.server.ServerStats;

/**
 * A load on a contender, once.
 *
 * @param server what the server did for it
 */
record Measurement(Contender contender, Load load, Outcome outcome, ServerStats server) {
  double scripts() {
    return a(server.scripts().calls());
  }

  double commands() {
    return a(server.calls());
  }

  double commandMicros() {
    return a(server.micros(contender.readsBeforeItsScript()));
  }

  double cpuMicros() {
    return a(server.cpuMicros());
  }

  /** Of something, how much a decision. */
  private double a(double all) {
    return all / Math.max(outcome.decisions(), 1);
  }
}
